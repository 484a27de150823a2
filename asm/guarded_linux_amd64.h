// The operation on guarded cells that has no use without sections. See
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
	BEGIN(0)
	JLE   slow
	ENTER(·addIfZeroSection<>, ·Injected+Injection_AddIfZero)
	INDEX
	CMPQ  Guarded_Guard(AX), $0
	JNE   slow
	OFFSET
	MOVQ  HERE, R10
	ADDQ  BX, R10
	DELAY
	MOVQ  R10, HERE
	LINGER
	MOVL  $1, AX
	RET

away:
slow:
	SLOW(DI)
