//go:build linux && amd64 && !purego

// Critical sections that commit only while a guard is zero. See spec.go, and
// sections_linux_amd64.s for what holds of all sections.
//
// Order: the guard is loaded in the section, so a fence that follows its change
// leaves no section under way that has seen zero. What a reader of an RWMutex
// loads after the section can't be loaded before the guard is, as amd64 keeps
// loads in order; what it has loaded and stored before the section precedes the
// commit.

#include "sections_linux_amd64.h"

#ifdef const_inject
#define addIfZeroCommit 0x6c
#define addOrShareCommit 0x7b
#else
#define addIfZeroCommit 0x5b
#define addOrShareCommit 0x62
#endif

// func AddIfZero(w *Word, delta int64) bool
//
//	DX = w, then sum; BX = *w, then cell; AX = area; CX = descriptor, then index, then offset
//	if BX <= 0 goto slow
//	[1] AX.rseq_cs = &addIfZeroSection
//	[2] CX = AX.index
//	BX += CX<<16
//	if DX.guard != 0 goto closed
//	DX = *BX + delta
//	[3] *BX = DX
TEXT ·AddIfZero(SB), NOSPLIT, $0-17
	MOVQ  w+0(FP), DX
	MOVQ  (DX), BX
	SECTION(·addIfZeroSection, ·Injected+Injection_AddIfZero)
	CMPQ  Guarded_Guard(DX), $0
	JNE   closed
	MOVQ  (BX), DX
	ADDQ  delta+8(FP), DX
	DELAY
	MOVQ  DX, (BX)
	LINGER
	MOVB  $1, ret+16(FP)
	RET

closed:
	MOVB $0, ret+16(FP)
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
//	DX = w, then sum; BX = *w, then cell; AX = area; CX = descriptor, then index, then offset
//	if DX.guard != 0 goto shared
//	if BX <= 0 goto slow
//	[1] AX.rseq_cs = &addOrShareSection
//	[2] CX = AX.index
//	BX += CX<<16
//	if DX.guard != 0 goto shared
//	DX = *BX + delta
//	[3] *BX = DX
//	shared: DX = (atomic w.shared += delta); if DX < 0 goto negative
TEXT ·AddOrShare(SB), NOSPLIT, $0-16
	MOVQ  w+0(FP), DX
	MOVQ  (DX), BX
	CMPQ  Guarded_Guard(DX), $0
	JNE   shared
	SECTION(·addOrShareSection, ·Injected+Injection_AddOrShare)
	CMPQ  Guarded_Guard(DX), $0
	JNE   shared
	MOVQ  (BX), DX
	ADDQ  delta+8(FP), DX
	DELAY
	MOVQ  DX, (BX)
	LINGER
	RET

shared:
	MOVQ delta+8(FP), AX
	MOVQ AX, CX
	LOCK
	XADDQ AX, Guarded_Shared(DX)
	ADDQ CX, AX
	JLT  negative
	RET

negative:
	CMPQ AX, $const_Claimed
	JLT  claimed
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
	LEAQ ·guardedDescriptorTable(SB), AX
	MOVQ AX, ret+0(FP)
	RET
