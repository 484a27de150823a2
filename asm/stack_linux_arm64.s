//go:build linux && arm64 && !purego

// Critical sections of stacks for linux/arm64. Read spec.go and stack_spec.go
// first, then the head of sections_linux_arm64.s: what it says holds here.
//
// [1a] follows the store [1] in program order, and may be carried out before it
// is visible to other CPUs. That does no harm: the fence interrupts this CPU, and
// the kernel, on this CPU, sees [1] if the interrupt comes behind [1a]. It is an
// LDAR, which pairs with the store of the words by who closed the stack: slots
// are read as they were left. Commits of pushes are STLR: they publish an item,
// and pair with the atomic loads of headers by others.

#include "sections_linux_arm64.h"

#ifdef const_inject
// EARLY gives a fence somewhere to land between the first look and [1].
#define EARLY MOVD ·InjectedStack+StackInjection_Early(SB), R7; CBZ R7, 3(PC); SUB $1, R7; CBNZ R7, -1(PC)
#define pushCommit 0xdc
#define popCommit 0xb8
#define pushBatchCommit 0xe4
#define popBatchCommit 0xe4
#else
#define EARLY
#define pushCommit 0xb4
#define popCommit 0x90
#define pushBatchCommit 0xbc
#define popBatchCommit 0xbc
#endif

// STACK is the beginning that all operations on stacks share, from R8 = s to
// R0 = header. It is SECTION with a second look [1a] at the word, which is in
// the section. It uses R1 to R6, R9 and the label slow.
#define STACK(word, static, replaced) \
	ADD  $word, R8, R9 \
	MOVD (R9), R0 \
	CMP  $0, R0 \
	BLE  slow \
	AREA \
	EARLY \
	ENTER(static, replaced) \
	INDEX \
	BHS  slow \
	MOVW Area_CPUID(R1), R5 \
	TBNZ $31, R5, slow \
	LDAR (R9), R5 \
	CMP  R0, R5 \
	BNE  slow \
	ADD  R3<<const_StrideShift, R0

// func Push(s *Stack, x unsafe.Pointer, o Owner)
//
//	R8 = s; R10 = x; R0 = slot 0, then header; R5 = *R0; R6 = count
//	if R10 == 0 || R10[-8] ^ R10 != s.Tag goto slow
//	[1] [1a] [2]
//	R6 = R5 & mask
//	if R6 >= s.Capacity goto slow
//	R0[8 + 8*R6] = R10
//	R5++
//	[3] *R0 = R5, release
TEXT ·Push(SB), NOSPLIT, $0-32
	MOVD s+0(FP), R8
	MOVD x+8(FP), R10
	CBZ  R10, slow
	MOVD -8(R10), R11
	EOR  R10, R11
	MOVD Stack_Tag(R8), R12
	CMP  R12, R11
	BNE  slow
	STACK(Stack_PushWord, ·pushSection, ·InjectedStack+StackInjection_Push)
	MOVD (R0), R5
	AND  $const_StackCountMask, R5, R6
	MOVD Stack_Capacity(R8), R11
	CMP  R11, R6
	BHS  slow
	ADD  R6<<3, R0, R11
	MOVD R10, 8(R11)
	ADD  $1, R5
	DELAY
	STLR R5, (R0)
	LINGER
	RET

slow:
	JMP ·pushSlow(SB)

TEXT ·pushAbort(SB), NOSPLIT, $0-32
	SIGNATURE
	ABORTED
	JMP ·Push(SB)

DESCRIPTOR(·pushSection, ·Push, pushCommit, ·pushAbort)

// func Pop(s *Stack, o Owner) unsafe.Pointer
//
//	R8 = s; R0 = slot 0, then header; R5 = *R0; R6 = count; R10 = x
//	[1] [1a] [2]
//	R6 = R5 & mask
//	if R6 == 0 goto slow
//	R10 = R0[8*R6]
//	R5 += mask
//	[3] *R0 = R5
//	return R10
TEXT ·Pop(SB), NOSPLIT, $0-32
	MOVD s+0(FP), R8
	STACK(Stack_PopWord, ·popSection, ·InjectedStack+StackInjection_Pop)
	MOVD (R0), R5
	AND  $const_StackCountMask, R5, R6
	CBZ  R6, slow
	ADD  R6<<3, R0, R11
	MOVD (R11), R10
	ADD  $const_StackCountMask, R5
	DELAY
	MOVD R5, (R0)
	LINGER
	MOVD R10, ret+24(FP)
	RET

slow:
	JMP ·popSlow(SB)

TEXT ·popAbort(SB), NOSPLIT, $0-32
	SIGNATURE
	ABORTED
	JMP ·Pop(SB)

DESCRIPTOR(·popSection, ·Pop, popCommit, ·popAbort)

// func PushBatch(s *Stack, items *uintptr, n int) int
//
//	R8 = s; R12 = items; R10 = n; R0 = slot 0, then header; R5 = *R0; R6 = count
//	[1] [1a] [2]
//	R6 = R5 & mask
//	if R6 + R10 > s.Capacity goto full
//	R5 += R10
//	for R9 = &R0[8 + 8*R6], R11 = &R12[8*R10]; R12 < R11; { *R9++ = *R12++ }
//	[3] *R0 = R5, release
//	return R10
TEXT ·PushBatch(SB), NOSPLIT, $0-32
	MOVD s+0(FP), R8
	STACK(Stack_Batch, ·pushBatchSection, ·InjectedStack+StackInjection_PushBatch)
	MOVD items+8(FP), R12
	MOVD n+16(FP), R10
	MOVD (R0), R5
	AND  $const_StackCountMask, R5, R6
	ADD  R6<<3, R0, R9
	ADD  $8, R9
	ADD  R10, R6
	MOVD Stack_Capacity(R8), R11
	CMP  R11, R6
	BHI  full
	ADD  R10, R5
	ADD  R10<<3, R12, R11
	JMP  copied

copy:
	MOVD.P 8(R12), R6
	MOVD.P R6, 8(R9)

copied:
	CMP  R11, R12
	BLO  copy
	DELAY
	STLR R5, (R0)
	LINGER
	MOVD R10, ret+24(FP)
	RET

full:
	MOVD ZR, ret+24(FP)
	RET

slow:
	MOVD $-1, R0
	MOVD R0, ret+24(FP)
	RET

TEXT ·pushBatchAbort(SB), NOSPLIT, $0-32
	SIGNATURE
	ABORTED
	JMP ·PushBatch(SB)

DESCRIPTOR(·pushBatchSection, ·PushBatch, pushBatchCommit, ·pushBatchAbort)

// func PopBatch(s *Stack, items *uintptr, n int) int
//
//	R8 = s; R12 = items; R10 = n, then popped; R0 = slot 0, then header; R5 = *R0; R6 = count
//	[1] [1a] [2]
//	R6 = R5 & mask
//	R10 = min(R10, R6)
//	if R10 <= 0 goto none
//	R5 -= R10
//	for R9 = &R0[8 + 8*(R6-R10)], R11 = &R9[8*R10]; R9 < R11; { *R12++ = *R9++ }
//	[3] *R0 = R5
//	return R10
TEXT ·PopBatch(SB), NOSPLIT, $0-32
	MOVD s+0(FP), R8
	STACK(Stack_Batch, ·popBatchSection, ·InjectedStack+StackInjection_PopBatch)
	MOVD items+8(FP), R12
	MOVD n+16(FP), R10
	MOVD (R0), R5
	AND  $const_StackCountMask, R5, R6
	CMP  R6, R10
	CSEL GT, R6, R10, R10
	CMP  $0, R10
	BLE  none
	SUB  R10, R5
	SUB  R10, R6
	ADD  R6<<3, R0, R9
	ADD  $8, R9
	ADD  R10<<3, R9, R11

copy:
	MOVD.P 8(R9), R6
	MOVD.P R6, 8(R12)
	CMP  R11, R9
	BLO  copy
	DELAY
	MOVD R5, (R0)
	LINGER
	MOVD R10, ret+24(FP)
	RET

none:
	MOVD ZR, ret+24(FP)
	RET

slow:
	MOVD $-1, R0
	MOVD R0, ret+24(FP)
	RET

TEXT ·popBatchAbort(SB), NOSPLIT, $0-32
	SIGNATURE
	ABORTED
	JMP ·PopBatch(SB)

DESCRIPTOR(·popBatchSection, ·PopBatch, popBatchCommit, ·popBatchAbort)

DATA ·stackDescriptorTable+0(SB)/8, $·pushSection(SB)
DATA ·stackDescriptorTable+8(SB)/8, $·popSection(SB)
DATA ·stackDescriptorTable+16(SB)/8, $·pushBatchSection(SB)
DATA ·stackDescriptorTable+24(SB)/8, $·popBatchSection(SB)
GLOBL ·stackDescriptorTable(SB), RODATA|NOPTR, $32

// func stackDescriptors() *[4]*Descriptor
TEXT ·stackDescriptors(SB), NOSPLIT, $0-8
	MOVD $·stackDescriptorTable(SB), R0
	MOVD R0, ret+0(FP)
	RET
