// The operations on guarded cells that have no use without sections. See
// cells_linux_amd64.h for what holds of all.

// addIfZero(AX = w, BX = delta, CX = arg, DI = slow) AX
//
//	R8 = *AX; if R8 <= 0 goto slow
//	[1] [2]
//	if AX.guard != 0 goto slow
//	R9 <<= 16
//	R10 = R8[R9] + BX
//	[3] R8[R9] = R10
//	AX = true
TEXT ·addIfZero<>(SB), NOSPLIT, $0-40
	GUARDED(·addIfZeroSection<>, ·Injected+Injection_AddIfZero, slow)
	MOVQ  HERE, R10
	ADDQ  BX, R10
	COMMIT(MOVQ, R10, HERE)
	MOVL  $1, AX
	RET

away:
slow:
	SLOW(DI)

// step(AX = w, BX = word, DX = bound) AX
//
//	R8 = BX; if R8 <= 0 goto slow
//	[1] [2]
//	if AX.guard != 0 goto slow
//	R9 <<= 16
//	R10 = R8[R9] + DX.delta
//	[3] R8[R9] = R10
//	AX = true
#undef AT
#define AT CX
TEXT ·step<>(SB), NOSPLIT, $0-24
	GUARDED_AT(BX, ·stepSection<>, ·Injected+Injection_Step, slow)
	MOVQ  HERE, R10
	ADDQ  Bound_Delta(DX), R10
	COMMIT(MOVQ, R10, HERE)
	MOVL  $1, AX
	RET

away:
slow:
	SLOW(Bound_Slow(DX))
#undef AT
#define AT DX

// take(AX = w, BX = n, CX = slow) AX
//
//	R8 = *AX; if R8 <= 0 goto slow
//	[1] [2]
//	if AX.guard != 0 goto slow
//	R9 <<= 16
//	R10 = R8[R9] - BX; if R8[R9] < BX goto slow
//	[3] R8[R9] = R10
//	AX = true
TEXT ·take<>(SB), NOSPLIT, $0-32
	GUARDED(·takeSection<>, ·Injected+Injection_Take, slow)
	MOVQ  HERE, R10
	SUBQ  BX, R10
	JLT   slow
	COMMIT(MOVQ, R10, HERE)
	MOVL  $1, AX
	RET

away:
slow:
	SLOW(CX)

// nextInBlock(AX = w, BX = block, CX = slow) AX
//
//	R8 = *AX; if R8 <= 0 goto slow
//	[1] [2] R9 <<= 16
//	R12 = R8[R9]
//	if R12 % BlockLen == 0 or R12 < AX.guard { R12 = BX; if R12 == 0 goto slow }
//	R10 = R12 + 1
//	[3] R8[R9] = R10
//	AX = R12
TEXT ·nextInBlock<>(SB), NOSPLIT, $0-32
	SECTION(·nextInBlockSection<>, ·Injected+Injection_NextInBlock, slow)
	OFFSET
	MOVQ  HERE, R12
	TESTL $(const_BlockLen-1), R12
	JZ    block
	CMPQ  R12, Guarded_Guard(AX)
	JAE   next

block:
	MOVQ  BX, R12
	TESTQ R12, R12
	JZ    slow

next:
	LEAQ  1(R12), R10
	COMMIT(MOVQ, R10, HERE)
	MOVQ  R12, AX
	RET

away:
slow:
	SLOW(CX)

// max(AX = w, BX = v, CX = slow)
//
//	R8 = *AX; if R8 <= 0 goto slow
//	[1] [2]
//	if AX.guard != 0 goto slow
//	R9 <<= 16
//	R10 = BX
//	if R10 <= R8[R9] goto done
//	[3] R8[R9] = R10
TEXT ·max<>(SB), NOSPLIT, $0-24
	GUARDED(·maxSection<>, ·Injected+Injection_Max, slow)
	MOVQ  BX, R10
	CMPQ  R10, HERE
	JLS   done
	COMMIT(MOVQ, R10, HERE)
	RET

done:
	RET

away:
slow:
	SLOW(CX)

// part(AX = p, BX, CX = o, DI = slow) AX, without a section
//
//	R9 = index; if R9 >= AX.n goto slow
//	R8 = AX.table[R9]; if R8 == 0 goto slow
//	AX = R8
//
// It is aligned because all of it then is on one cache line, which shows: there is little
// else that it costs.
TEXT ·part<>(SB), NOSPLIT, $0-40
	PCALIGN $64
	ANCHOR
	YIELD
	AREA
	INDEX_BELOW(Parts_N(AX))
	PART

away:
slow:
	SLOW(DI)
