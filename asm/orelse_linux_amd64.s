//go:build linux && amd64 && !purego

// A critical section that leaves by its slow path if it is refused. See spec.go,
// and sections_linux_amd64.s and guarded_linux_amd64.s for what holds of all.

#include "sections_linux_amd64.h"

#ifdef const_inject
#define addOrElseCommit 0x6c
#else
#define addOrElseCommit 0x5b
#endif

// func AddOrElse(w *Word, delta int64, arg unsafe.Pointer)
//
//	DX = w, then sum; BX = *w, then cell; AX = area; CX = descriptor, then index, then offset
//	if BX <= 0 goto slow
//	[1] AX.rseq_cs = &addOrElseSection
//	[2] CX = AX.index
//	BX += CX<<16
//	if DX.guard != 0 goto slow
//	DX = *BX + delta
//	[3] *BX = DX
TEXT ·AddOrElse(SB), NOSPLIT, $0-24
	MOVQ  w+0(FP), DX
	MOVQ  (DX), BX
	SECTION(·addOrElseSection, ·Injected+Injection_AddOrElse)
	CMPQ  Guarded_Guard(DX), $0
	JNE   slow
	MOVQ  (BX), DX
	ADDQ  delta+8(FP), DX
	DELAY
	MOVQ  DX, (BX)
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
	LEAQ ·addOrElseSection(SB), AX
	MOVQ AX, ret+0(FP)
	RET
