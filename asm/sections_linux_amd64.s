//go:build linux && amd64 && !purego

// Critical sections for linux/amd64. Read spec.go first: labels, variables
// and the numbers in brackets are its.
//
// Every section begins at its function's entry, so its start_ip is the
// function, and keeps its arguments in the caller's frame, so its abort
// handler is a jump to the entry. NOSPLIT and a zero frame: no prologue, no
// stack growth, and the Go scheduler never preempts assembly. R14 (g) is not
// touched. xCommit is the offset of post_commit from the entry; if the bytes
// that end there are not the commit instruction, package rseqbackend refuses to
// run and its TestAudit says what they are.
//
// Order: the kernel looks at rseq_cs from this very CPU, in an interrupt taken
// between two of these instructions, and so sees the thread's own stores in
// program order: [1] needs no barrier. A reader on another CPU sees the commit
// after all that this thread wrote before it, as every store on amd64 is a
// release.

#include "sections_linux_amd64.h"

#ifdef const_inject
#define addCommit 0x69
#define addFloat64Commit 0x68
#define compareAndStoreCommit 0x6c
#else
#define addCommit 0x54
#define addFloat64Commit 0x57
#define compareAndStoreCommit 0x5b
#endif
#define spinCommit 0x38

// func Add(w *Word, delta int64)
//
//	BX = *w, then cell; AX = area; CX = descriptor, then index, then offset; DX = sum
//	if BX <= 0 goto other
//	[1] AX.rseq_cs = &addSection
//	[2] CX = AX.index
//	BX += CX<<16
//	DX = *BX + delta
//	[3] *BX = DX
//	other: atomic *(-*w + hint<<16) += delta
//
// Load, add and store, and with BX alone for an address, where one ADDQ to
// memory would do: the processor then forwards the previous Add's store to this
// one's load sooner. bench/peers tells whether that still holds.
TEXT ·Add(SB), NOSPLIT, $0-16
	MOVQ  w+0(FP), BX
	MOVQ  (BX), BX
	SECTION(·addSection, ·Injected+Injection_Add)
	MOVQ  (BX), DX
	ADDQ  delta+8(FP), DX
	DELAY
	MOVQ  DX, (BX)
	LINGER
	RET

other:
	JZ    slow
	TESTB $1, BX
	JNZ   slow
	NEGQ  BX
	BYTE  $0xf3; BYTE $0x0f; BYTE $0xc7; BYTE $0xf9 // RDPID CX
	ANDL  $0xfff, CX
	CMPL  CX, ·setup+setupVars_hintSlots(SB)
	JAE   slow
	MOVQ  delta+8(FP), DX
	SHLQ  $const_StrideShift, CX
	LOCK
	ADDQ  DX, (BX)(CX*1)
	RET

slow:
	JMP ·addSlow(SB)

TEXT ·addAbort(SB), NOSPLIT, $0-16
	SIGNATURE
	ABORTED
	JMP ·Add(SB)

DESCRIPTOR(·addSection, ·Add, addCommit, ·addAbort)

// func AddFloat64(w *Word, delta float64)
//
//	BX = *w, then cell; AX = area; CX = descriptor, then index, then offset; X0 = sum
//	if BX <= 0 goto slow
//	[1] AX.rseq_cs = &addFloat64Section
//	[2] CX = AX.index
//	BX += CX<<16
//	X0 = delta + *BX
//	[3] *BX = X0
TEXT ·AddFloat64(SB), NOSPLIT, $0-16
	MOVQ  w+0(FP), BX
	MOVQ  (BX), BX
	SECTION(·addFloat64Section, ·Injected+Injection_AddFloat64)
	MOVSD delta+8(FP), X0
	ADDSD (BX), X0
	DELAY
	MOVSD X0, (BX)
	LINGER
	RET

other:
slow:
	JMP ·addFloat64Slow(SB)

TEXT ·addFloat64Abort(SB), NOSPLIT, $0-16
	SIGNATURE
	ABORTED
	JMP ·AddFloat64(SB)

DESCRIPTOR(·addFloat64Section, ·AddFloat64, addFloat64Commit, ·addFloat64Abort)

// func CompareAndStore(w *Word, old, new uint64) bool
//
//	BX = *w, then cell; AX = area, then old; CX = descriptor, then index, then offset; DX = new
//	if BX <= 0 goto slow
//	[1] AX.rseq_cs = &compareAndStoreSection
//	[2] CX = AX.index
//	BX += CX<<16
//	if *BX != AX goto differs
//	[3] *BX = DX
TEXT ·CompareAndStore(SB), NOSPLIT, $0-25
	MOVQ  w+0(FP), BX
	MOVQ  (BX), BX
	SECTION(·compareAndStoreSection, ·Injected+Injection_CompareAndStore)
	MOVQ  old+8(FP), AX
	MOVQ  new+16(FP), DX
	CMPQ  AX, (BX)
	JNE   differs
	DELAY
	MOVQ  DX, (BX)
	LINGER
	MOVB  $1, ret+24(FP)
	RET

differs:
	MOVB $0, ret+24(FP)
	RET

other:
slow:
	JMP ·compareAndStoreSlow(SB)

TEXT ·compareAndStoreAbort(SB), NOSPLIT, $0-25
	SIGNATURE
	ABORTED
	JMP ·CompareAndStore(SB)

DESCRIPTOR(·compareAndStoreSection, ·CompareAndStore, compareAndStoreCommit, ·compareAndStoreAbort)

// func Spin(state *uint32, turns uint64) (aborted bool)
//
//	AX = area; BX = state; CX = descriptor, then turns
//	if AX == 0 goto slow
//	[1] AX.rseq_cs = &spinSection
//	*BX = SpinStarted
//	do CX-- while CX != 0
//	[3] *BX = SpinFinished
TEXT ·Spin(SB), NOSPLIT, $0-17
	AREA
	JZ   slow
	LEAQ ·spinSection(SB), CX
	MOVQ CX, Area_RseqCS(AX)
	MOVQ state+0(FP), BX
	MOVL $const_SpinStarted, (BX)
	MOVQ turns+8(FP), CX

turn:
	DECQ CX
	JNZ  turn
	MOVL $const_SpinFinished, (BX)
	MOVB $0, aborted+16(FP)
	RET

slow:
	MOVB $0, aborted+16(FP)
	RET

TEXT ·spinAbort(SB), NOSPLIT, $0-17
	SIGNATURE
	MOVB $1, aborted+16(FP)
	RET

DESCRIPTOR(·spinSection, ·Spin, spinCommit, ·spinAbort)

DATA ·descriptorTable+0(SB)/8, $·addSection(SB)
DATA ·descriptorTable+8(SB)/8, $·addFloat64Section(SB)
DATA ·descriptorTable+16(SB)/8, $·compareAndStoreSection(SB)
DATA ·descriptorTable+24(SB)/8, $·spinSection(SB)
GLOBL ·descriptorTable(SB), RODATA|NOPTR, $32

// func descriptors() *[4]*Descriptor
TEXT ·descriptors(SB), NOSPLIT, $0-8
	LEAQ ·descriptorTable(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func Anchor() uintptr
TEXT ·Anchor(SB), NOSPLIT, $0-8
	MOVQ 0(FS), AX
	MOVQ AX, ret+0(FP)
	RET

// func State() (area uintptr, cpuID int32, ready bool)
//
//	AX = area; DX = AX.cpu_id; CX = AX.index
//	ready = CX < slots && DX >= 0
TEXT ·State(SB), NOSPLIT, $0-13
	XORL DX, DX
	MOVB $0, ready+12(FP)
	AREA
	JZ   done
	MOVL Area_CPUID(AX), DX
	INDEX
	JAE  done
	TESTL DX, DX
	JLT  done
	MOVB $1, ready+12(FP)

done:
	MOVQ AX, area+0(FP)
	MOVL DX, cpuID+8(FP)
	RET

// func SetAnchor(area uintptr)
TEXT ·SetAnchor(SB), NOSPLIT, $0-8
	MOVQ area+0(FP), AX
	MOVQ AX, 0(FS)
	RET

// func AreaOwner() uintptr
TEXT ·AreaOwner(SB), NOSPLIT, $0-8
	MOVQ $0, ret+0(FP)
	RET

// func RuntimeLayout() (found, expected uintptr)
//
// g as the thread block keeps it, in the word before the anchor, and as the
// register does.
TEXT ·RuntimeLayout(SB), NOSPLIT, $0-16
	MOVQ -8(FS), AX
	MOVQ AX, found+0(FP)
	MOVQ R14, expected+8(FP)
	RET

// func Hint() uint32
TEXT ·Hint(SB), NOSPLIT, $0-4
	BYTE $0xf3; BYTE $0x0f; BYTE $0xc7; BYTE $0xf8 // RDPID AX
	ANDL $0xfff, AX
	MOVL AX, ret+0(FP)
	RET
