// The operation on rows of buckets for linux/arm64. Read row_spec.go first.

// observe(R0 = w, R1 = from, F0 = v, R2 = slow)
//
//	R12 = R0.bounds; if R12 == 0 or F0 is NaN goto slow
//	R13 = R1; while F0 > R12[R13]: R13 += 1
//	[1] [2]
//	R8 = *R0; if R8 <= 0 goto slow
//	R8 += R9<<16 + R13 * BucketSize
//	R10 = R8.count; R11 = R10 & 1
//	F1 = R8.sums[R11] + F0; if F1 is huge goto slow
//	R8.sums[1-R11] = F1
//	R10 += 1
//	[3] R8.count = R10
TEXT ·observe<>(SB), NOSPLIT|NOFRAME, $0-32
	MOVD  Row_Bounds(R0), R12
	ANCHOR
	YIELD
	CBZ   R12, slow
	FCMPD F0, F0
	BVS   slow
	MOVD  R1, R13
	ADD   R1<<3, R12

look:
	FMOVD.P 8(R12), F1
	FCMPD F1, F0
	BLS   found
	ADD   $1, R13
	JMP   look

found:
	ENTER(·observeSection<>, ·InjectedRow+RowInjection_Observe)
	INDEX
	MOVD  Row_Word(R0), R8
	CMP   $0, R8
	BLE   slow
	CELL
	ADD   R13<<5, R8
	MOVD  (R8), R10
	AND   $1, R10, R11
	ADD   R11<<3, R8, R14
	FMOVD 8(R14), F1
	FADDD F0, F1
	FMOVD F1, R12
	HUGE(R12, R12)
	EOR   $1, R11
	ADD   R11<<3, R8, R14
	FMOVD F1, 8(R14)
	ADD   $1, R10
	COMMIT(STLR, R10, (R8))
	RET

away:
slow:
	SLOW(R2)
