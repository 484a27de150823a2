// The operations on guarded cells that have no use without sections. See
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
// For LDAR and STLR see step.
TEXT ·addIfZero<>(SB), NOSPLIT|NOFRAME, $0-40
	GUARDED(·addIfZeroSection<>, ·Injected+Injection_AddIfZero, slow)
	MOVD (R8), R10
	ADD  R1, R10
	COMMIT(STLR, R10, (R8))
	MOVD $1, R0
	RET

away:
slow:
	SLOW(R3)

// step(R0 = w, R1 = word, R26 = bound) R0
//
//	R8 = R1; if R8 <= 0 goto slow
//	[1] [2]
//	if R0.guard, acquire, != 0 goto slow
//	R8 += R9<<16
//	R10 = *R8 + R26.delta
//	[3] *R8 = R10, release
//	R0 = true
//
// The guard is loaded in the section, so a fence that follows its change leaves no
// section under way that has seen zero. LDAR pairs with the store that made the
// guard zero: what enters sees what was written before. STLR pairs with the loads of
// the cell by who has closed the guard, and sums up behind the fence: what was done
// before leaving is done by then.
TEXT ·step<>(SB), NOSPLIT|NOFRAME, $0-24
	GUARDED_AT(R1, ·stepSection<>, ·Injected+Injection_Step, slow)
	MOVD Bound_Delta(R26), R11
	MOVD (R8), R10
	ADD  R11, R10
	COMMIT(STLR, R10, (R8))
	MOVD $1, R0
	RET

away:
slow:
	MOVD Bound_Slow(R26), R26
	SLOW(R26)

// take(R0 = w, R1 = n, R2 = slow) R0
//
//	R8 = *R0; if R8 <= 0 goto slow
//	[1] [2]
//	if R0.guard, acquire, != 0 goto slow
//	R8 += R9<<16
//	R10 = *R8 - R1; if *R8 < R1 goto slow
//	[3] *R8 = R10, release
//	R0 = true
//
// It takes or puts, as addIfZero enters or leaves.
TEXT ·take<>(SB), NOSPLIT|NOFRAME, $0-32
	GUARDED(·takeSection<>, ·Injected+Injection_Take, slow)
	MOVD (R8), R10
	SUBS R1, R10, R10
	BLT  slow
	COMMIT(STLR, R10, (R8))
	MOVD $1, R0
	RET

away:
slow:
	SLOW(R2)

// nextInBlock(R0 = w, R1 = block, R2 = slow) R0
//
//	R8 = *R0; if R8 <= 0 goto slow
//	[1] [2] R8 += R9<<16
//	R12 = *R8
//	if R12 % BlockLen == 0 or R12 < R0.guard { R12 = R1; if R12 == 0 goto slow }
//	R10 = R12 + 1
//	[3] *R8 = R10
//	R0 = R12
//
// The guard is a bound that may be seen late, so a plain load will do.
TEXT ·nextInBlock<>(SB), NOSPLIT|NOFRAME, $0-32
	SECTION(·nextInBlockSection<>, ·Injected+Injection_NextInBlock, slow)
	CELL
	MOVD (R8), R12
	TST  $(const_BlockLen-1), R12
	BEQ  block
	MOVD Guarded_Guard(R0), R10
	CMP  R10, R12
	BHS  next

block:
	MOVD R1, R12
	CBZ  R12, slow

next:
	ADD  $1, R12, R10
	COMMIT(MOVD, R10, (R8))
	MOVD R12, R0
	RET

away:
slow:
	SLOW(R2)

// max(R0 = w, R1 = v, R2 = slow)
//
//	R8 = *R0; if R8 <= 0 goto slow
//	[1] [2]
//	if R0.guard, acquire, != 0 goto slow
//	R8 += R9<<16
//	R12 = *R8; R10 = R1
//	if R10 <= R12 goto done
//	[3] *R8 = R10
TEXT ·max<>(SB), NOSPLIT|NOFRAME, $0-24
	GUARDED(·maxSection<>, ·Injected+Injection_Max, slow)
	MOVD (R8), R12
	MOVD R1, R10
	CMP  R12, R10
	BLS  done
	COMMIT(MOVD, R10, (R8))
	RET

done:
	RET

away:
slow:
	SLOW(R2)

// part(R0 = p, R1, R2 = o, R3 = slow) R0, without a section
//
//	R9 = index; if R9 >= R0.n goto slow
//	R8 = R0.table; if R8 == 0 goto slow
//	R8 = R8[R9]; if R8 == 0 goto slow
//	R0 = R8
TEXT ·part<>(SB), NOSPLIT|NOFRAME, $0-40
	ANCHOR
	YIELD
	AREA
	MOVWU Parts_N(R0), R6
	INDEX
	MOVD Parts_Table(R0), R8
	CBZ  R8, slow
	MOVD (R8)(R9<<3), R8
	CBZ  R8, slow
	MOVD R8, R0
	RET

away:
slow:
	SLOW(R3)
