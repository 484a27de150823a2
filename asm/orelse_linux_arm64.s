//go:build linux && arm64 && !purego

// A critical section that leaves by its slow path if it is refused. See spec.go,
// and sections_linux_arm64.s and guarded_linux_arm64.s for what holds of all.

#include "sections_linux_arm64.h"

#ifdef const_inject
#define addOrElseCommit 0x94
#else
#define addOrElseCommit 0x80
#endif

// func AddOrElse(w *Word, delta int64, arg unsafe.Pointer)
//
//	R8 = w; R0 to R6 as in the header
//	if R0 <= 0 goto slow
//	[1] R1.rseq_cs = &addOrElseSection
//	[2] R3 = R1.index
//	R0 += R3<<16
//	if R8.guard, acquire, != 0 goto slow
//	R5 = *R0 + delta
//	[3] *R0 = R5, release
TEXT ·AddOrElse(SB), NOSPLIT, $0-24
	MOVD w+0(FP), R8
	MOVD (R8), R0
	SECTION(·addOrElseSection, ·Injected+Injection_AddOrElse)
	ADD  $Guarded_Guard, R8, R6
	LDAR (R6), R5
	CBNZ R5, slow
	MOVD delta+8(FP), R6
	MOVD (R0), R5
	ADD  R6, R5
	DELAY
	STLR R5, (R0)
	LINGER
	RET

other:
slow:
	JMP ·addOrElseSlow(SB)

TEXT ·addOrElseAbort(SB), NOSPLIT, $0-24
	SIGNATURE
	ABORTED
	JMP ·AddOrElse(SB)

DESCRIPTOR(·addOrElseSection, ·AddOrElse, addOrElseCommit, ·addOrElseAbort)

// func addOrElseDescriptor() *Descriptor
TEXT ·addOrElseDescriptor(SB), NOSPLIT, $0-8
	MOVD $·addOrElseSection(SB), R0
	MOVD R0, ret+0(FP)
	RET
