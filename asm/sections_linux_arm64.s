//go:build linux && arm64 && !purego

// Critical sections for linux/arm64. Read spec.go first: labels, variables
// and the numbers in brackets are its.
//
// Every section begins at its function's entry, so its start_ip is the
// function, and keeps its arguments in the caller's frame, so its abort
// handler is a jump to the entry. NOSPLIT and a zero frame: no prologue, LR
// holds the return address throughout, no stack growth, and the Go scheduler
// never preempts assembly. g is only read. xCommit is the offset of
// post_commit from the entry; if the bytes that end there are not the commit
// instruction, package rseqbackend refuses to run and its TestAudit says what
// they are.
//
// Order: the kernel looks at rseq_cs from this very CPU, in an interrupt taken
// between two of these instructions, and so sees the thread's own stores in
// program order: [1] needs no barrier. The thread that next uses the slot runs
// behind a context switch of this CPU (cpu_id) or a hand-over of the number
// (mm_cid), both of which are full barriers: neither the loads of the cell nor
// plain commits need one. For a reader on another CPU a plain commit is
// unordered with this thread's other accesses, which is all that a sum wants;
// commits of which spec.go says "release" are STLR and pair with that reader's
// atomic load.

#include "sections_linux_arm64.h"

#ifdef const_inject
#define addCommit 0x88
#define addFloat64Commit 0x88
#define compareAndStoreCommit 0x90
#else
#define addCommit 0x74
#define addFloat64Commit 0x74
#define compareAndStoreCommit 0x7c
#endif
#define spinCommit 0x58

// func Add(w *Word, delta int64)
//
//	if R0 <= 0 goto slow
//	[1] R1.rseq_cs = &addSection
//	[2] R3 = R1.index
//	R0 += R3<<16
//	R5 = *R0 + delta
//	[3] *R0 = R5
TEXT ·Add(SB), NOSPLIT, $0-16
	MOVD w+0(FP), R0
	MOVD (R0), R0
	SECTION(·addSection, ·Injected+Injection_Add)
	MOVD delta+8(FP), R6
	MOVD (R0), R5
	ADD  R6, R5
	DELAY
	MOVD R5, (R0)
	LINGER
	RET

other:
slow:
	JMP ·addSlow(SB)

TEXT ·addAbort(SB), NOSPLIT, $0-16
	SIGNATURE
	ABORTED
	JMP ·Add(SB)

DESCRIPTOR(·addSection, ·Add, addCommit, ·addAbort)

// func AddFloat64(w *Word, delta float64)
//
//	if R0 <= 0 goto slow
//	[1] R1.rseq_cs = &addFloat64Section
//	[2] R3 = R1.index
//	R0 += R3<<16
//	F0 = delta + *R0
//	[3] *R0 = F0
TEXT ·AddFloat64(SB), NOSPLIT, $0-16
	MOVD  w+0(FP), R0
	MOVD  (R0), R0
	SECTION(·addFloat64Section, ·Injected+Injection_AddFloat64)
	FMOVD delta+8(FP), F1
	FMOVD (R0), F0
	FADDD F1, F0
	DELAY
	FMOVD F0, (R0)
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
//	if R0 <= 0 goto slow
//	[1] R1.rseq_cs = &compareAndStoreSection
//	[2] R3 = R1.index
//	R0 += R3<<16
//	if *R0 != old goto differs
//	[3] *R0 = new, release: pairs with the atomic load of who reads the word
TEXT ·CompareAndStore(SB), NOSPLIT, $0-25
	MOVD w+0(FP), R0
	MOVD (R0), R0
	SECTION(·compareAndStoreSection, ·Injected+Injection_CompareAndStore)
	MOVD old+8(FP), R6
	MOVD (R0), R5
	CMP  R5, R6
	BNE  differs
	MOVD new+16(FP), R5
	DELAY
	STLR R5, (R0)
	LINGER
	MOVD $1, R0
	MOVB R0, ret+24(FP)
	RET

differs:
	MOVB ZR, ret+24(FP)
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
//	R0 = state; R3 = descriptor; R7 = turns
//	[1] R1.rseq_cs = &spinSection
//	*R0 = SpinStarted
//	do R7-- while R7 != 0
//	[3] *R0 = SpinFinished
TEXT ·Spin(SB), NOSPLIT, $0-17
	AREA
	MOVD $·spinSection(SB), R3
	MOVD R3, Area_RseqCS(R1)
	MOVD state+0(FP), R0
	MOVW $const_SpinStarted, R5
	MOVW R5, (R0)
	MOVD turns+8(FP), R7
	MOVW $const_SpinFinished, R5

turn:
	SUB  $1, R7
	CBNZ R7, turn
	MOVW R5, (R0)
	MOVB ZR, aborted+16(FP)
	RET

slow:
	MOVB ZR, aborted+16(FP)
	RET

TEXT ·spinAbort(SB), NOSPLIT, $0-17
	SIGNATURE
	MOVD $1, R0
	MOVB R0, aborted+16(FP)
	RET

DESCRIPTOR(·spinSection, ·Spin, spinCommit, ·spinAbort)

DATA ·descriptorTable+0(SB)/8, $·addSection(SB)
DATA ·descriptorTable+8(SB)/8, $·addFloat64Section(SB)
DATA ·descriptorTable+16(SB)/8, $·compareAndStoreSection(SB)
DATA ·descriptorTable+24(SB)/8, $·spinSection(SB)
GLOBL ·descriptorTable(SB), RODATA|NOPTR, $32

// func descriptors() *[4]*Descriptor
TEXT ·descriptors(SB), NOSPLIT, $0-8
	MOVD $·descriptorTable(SB), R0
	MOVD R0, ret+0(FP)
	RET

// func Anchor() uintptr
TEXT ·Anchor(SB), NOSPLIT, $0-8
	MRS  TPIDR_EL0, R0
	MOVD R0, ret+0(FP)
	RET

// func State() (area uintptr, cpuID int32, ready bool)
//
//	R1 = area; R7 = R1.cpu_id; R3 = R1.index
//	ready = R3 < slots && R7 >= 0
TEXT ·State(SB), NOSPLIT, $0-13
	MOVB ZR, ready+12(FP)
	AREA
	MOVW Area_CPUID(R1), R7
	INDEX
	BHS  done
	TBNZ $31, R7, done
	MOVD $1, R0
	MOVB R0, ready+12(FP)

done:
	MOVD R1, area+0(FP)
	MOVW R7, cpuID+8(FP)
	RET

slow:
	MOVD ZR, area+0(FP)
	MOVW ZR, cpuID+8(FP)
	RET

// func SetAnchor(area uintptr)
TEXT ·SetAnchor(SB), NOSPLIT, $0-8
	MOVD area+0(FP), R0
	MSR  R0, TPIDR_EL0
	RET

// func AreaOwner() uintptr
TEXT ·AreaOwner(SB), NOSPLIT, $0-8
	MOVD g_m(g), R0
	MOVD R0, ret+0(FP)
	RET

// func RuntimeLayout() (found, expected uintptr)
//
//	expected = g.m; found = expected.g0.m
TEXT ·RuntimeLayout(SB), NOSPLIT, $0-16
	MOVD g_m(g), R0
	MOVD 0(R0), R1
	MOVD g_m(R1), R1
	MOVD R1, found+0(FP)
	MOVD R0, expected+8(FP)
	RET
