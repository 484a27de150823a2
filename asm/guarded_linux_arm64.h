// The operation on guarded cells that has no use without sections. See
// cells_linux_arm64.h for what holds of all.

// addIfZero(R0 = w, R1 = delta, R2 = arg, R3 = slow) R0
//
//	R8 = *R0; if R8 <= 0 goto slow
//	[1] [2]
//	if R0.guard, acquire, != 0 goto slow
//	R8 += R9<<16
//	R10 = *R8 + R1
//	[3] *R8 = R10, release
//	R0 = true
//
// It enters or leaves, as delta says, so LDAR and STLR are both: see STEP.
TEXT ·addIfZero<>(SB), NOSPLIT|NOFRAME, $0-40
	BEGIN(0)
	BLE  slow
	ENTER(·addIfZeroSection<>, ·Injected+Injection_AddIfZero)
	INDEX
	ADD  $Guarded_Guard, R0, R10
	LDAR (R10), R10
	CBNZ R10, slow
	CELL
	MOVD (R8), R10
	ADD  R1, R10
	DELAY
	STLR R10, (R8)
	LINGER
	MOVD $1, R0
	RET

away:
slow:
	SLOW(R3)
