// The operation on rows of buckets for linux/amd64. Read row_spec.go first.

// ONE is 1 for the count and nothing for the sum.
DATA ·one<>+0(SB)/8, $0
DATA ·one<>+8(SB)/8, $1
GLOBL ·one<>(SB), RODATA|NOPTR, $16

// observe(AX = w, BX = from, X0 = v, CX = slow)
//
//	R11 = AX.bounds; if R11 == 0 or X0 is NaN goto slow
//	R10 = BX; while X0 > R11[R10]: R10 += 1
//	R10 *= BucketSize
//	[1] [2] R9 <<= 16
//	R8 = *AX; if R8 <= 0 goto slow
//	R8 += R9
//	X1 = sum, count of R8[R10]
//	X1.sum += X0; if that is huge goto slow
//	X1.count += 1
//	[3] R8[R10] = X1
TEXT ·observe<>(SB), NOSPLIT, $0-32
	MOVQ    Row_Bounds(AX), R11
	ANCHOR
	YIELD
	TESTQ   R11, R11
	JZ      slow
	UCOMISD X0, X0
	JPS     slow
	MOVQ    BX, R10
	JMP     look

above:
	INCQ    R10

look:
	UCOMISD (R11)(R10*8), X0
	JHI     above
	SHLQ    $4, R10
	ENTER(·observeSection<>, ·InjectedRow+RowInjection_Observe)
	INDEX
	OFFSET
	MOVQ    Row_Word(AX), R8
	TESTQ   R8, R8
	JLE     slow
	ADDQ    R9, R8
	MOVUPS  (R8)(R10*1), X1
	ADDSD   X0, X1
	MOVQ    X1, R12
	HUGE(R12, slow)
	PADDQ   ·one<>(SB), X1
	COMMIT(MOVUPS, X1, (R8)(R10*1))
	RET

away:
slow:
	SLOW(CX)
