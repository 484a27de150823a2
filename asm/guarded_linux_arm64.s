//go:build linux && arm64 && !purego

// Critical sections that commit only while a guard is zero. See spec.go, and
// sections_linux_arm64.s for what holds of all sections.
//
// Order: the guard is loaded in the section, so a fence that follows its change
// leaves no section under way that has seen zero. LDAR pairs with the store that
// made the guard zero: a reader of an RWMutex sees what the last writer wrote.
// STLR pairs with the loads of the cell by the next writer, which sums them up
// behind its fence: what a reader has done before it leaves is done by then.

#include "sections_linux_arm64.h"

#ifdef const_inject
#define addIfZeroCommit 0x94
#define addOrShareCommit 0x9c
#else
#define addIfZeroCommit 0x80
#define addOrShareCommit 0x88
#endif

// func AddIfZero(w *Word, delta int64) bool
//
//	R8 = w; R0 to R6 as in the header
//	if R0 <= 0 goto slow
//	[1] R1.rseq_cs = &addIfZeroSection
//	[2] R3 = R1.index
//	R0 += R3<<16
//	if R8.guard, acquire, != 0 goto closed
//	R5 = *R0 + delta
//	[3] *R0 = R5, release
TEXT ·AddIfZero(SB), NOSPLIT, $0-17
	MOVD w+0(FP), R8
	MOVD (R8), R0
	SECTION(·addIfZeroSection, ·Injected+Injection_AddIfZero)
	ADD  $Guarded_Guard, R8, R6
	LDAR (R6), R5
	CBNZ R5, closed
	MOVD delta+8(FP), R6
	MOVD (R0), R5
	ADD  R6, R5
	DELAY
	STLR R5, (R0)
	LINGER
	MOVD $1, R0
	MOVB R0, ret+16(FP)
	RET

closed:
	MOVB ZR, ret+16(FP)
	RET

other:
slow:
	JMP ·addIfZeroSlow(SB)

TEXT ·addIfZeroAbort(SB), NOSPLIT, $0-17
	SIGNATURE
	ABORTED
	JMP ·AddIfZero(SB)

DESCRIPTOR(·addIfZeroSection, ·AddIfZero, addIfZeroCommit, ·addIfZeroAbort)

// func AddOrShare(w *Word, delta int64)
//
//	R8 = w; R0 to R6 as in the header
//	if R8.guard != 0 goto shared
//	if R0 <= 0 goto slow
//	[1] R1.rseq_cs = &addOrShareSection
//	[2] R3 = R1.index
//	R0 += R3<<16
//	if R8.guard, acquire, != 0 goto shared
//	R5 = *R0 + delta
//	[3] *R0 = R5, release
//	shared: R5 = (atomic w.shared += delta); if R5 < 0 goto negative
//
// The atomic addition is a loop, as processors without LSE want it.
TEXT ·AddOrShare(SB), NOSPLIT, $0-16
	MOVD w+0(FP), R8
	MOVD (R8), R0
	MOVD Guarded_Guard(R8), R5
	CBNZ R5, shared
	SECTION(·addOrShareSection, ·Injected+Injection_AddOrShare)
	ADD  $Guarded_Guard, R8, R6
	LDAR (R6), R5
	CBNZ R5, shared
	MOVD delta+8(FP), R6
	MOVD (R0), R5
	ADD  R6, R5
	DELAY
	STLR R5, (R0)
	LINGER
	RET

shared:
	MOVD delta+8(FP), R6
	ADD  $Guarded_Shared, R8, R7

again:
	LDAXR (R7), R5
	ADD   R6, R5
	STLXR R5, (R7), R3
	CBNZ  R3, again
	TBNZ  $63, R5, negative
	RET

negative:
	MOVD $const_Claimed, R6
	CMP  R6, R5
	BLT  claimed
	JMP  ·addOrShareNegative(SB)

claimed:
	JMP ·addOrShareClaimed(SB)

other:
slow:
	JMP ·addOrShareSlow(SB)

TEXT ·addOrShareAbort(SB), NOSPLIT, $0-16
	SIGNATURE
	ABORTED
	JMP ·AddOrShare(SB)

DESCRIPTOR(·addOrShareSection, ·AddOrShare, addOrShareCommit, ·addOrShareAbort)

DATA ·guardedDescriptorTable+0(SB)/8, $·addIfZeroSection(SB)
DATA ·guardedDescriptorTable+8(SB)/8, $·addOrShareSection(SB)
GLOBL ·guardedDescriptorTable(SB), RODATA|NOPTR, $16

// func guardedDescriptors() *[2]*Descriptor
TEXT ·guardedDescriptors(SB), NOSPLIT, $0-8
	MOVD $·guardedDescriptorTable(SB), R0
	MOVD R0, ret+0(FP)
	RET
