//go:build linux && amd64 && !purego

// Critical sections of stacks for linux/amd64. Read spec.go and stack_spec.go
// first, then the head of sections_linux_amd64.s: what it says holds here.
//
// [1a] follows the store [1] in program order, and may be carried out before it
// is visible to other CPUs. That does no harm: the fence interrupts this CPU, and
// the kernel, on this CPU, sees [1] if the interrupt comes behind [1a].

#include "sections_linux_amd64.h"

#ifdef const_inject
// EARLY gives a fence somewhere to land between the first look and [1].
#define EARLY MOVQ ·InjectedStack+StackInjection_Early(SB), R11; TESTQ R11, R11; JZ 3(PC); DECQ R11; JNZ -1(PC)
#define pushCommit 0xb5
#define popCommit 0x93
#define pushBatchCommit 0xbc
#define popBatchCommit 0xc4
#else
#define EARLY
#define pushCommit 0x83
#define popCommit 0x69
#define pushBatchCommit 0x92
#define popBatchCommit 0x9a
#endif

// STACK is the beginning that all operations on stacks share, from DI = s to
// BX = header: SECTION with a second look [1a] at the word, and the checks in an
// order that was found by measuring. It uses AX and CX and the label slow.
#define STACK(word, static, replaced) \
	MOVQ  word(DI), BX \
	TESTQ BX, BX \
	JLE   slow \
	AREA \
	JZ    slow \
	EARLY \
	ENTER(static, replaced) \
	MOVQ  ·setup+setupVars_indexOffset(SB), CX \
	MOVL  (AX)(CX*1), CX \
	CMPL  Area_CPUID(AX), $0 \
	JLT   slow \
	CMPQ  BX, word(DI) \
	JNE   slow \
	CMPL  CX, ·setup+setupVars_slots(SB) \
	JAE   slow \
	SHLQ  $const_StrideShift, CX \
	ADDQ  CX, BX

// func Push(s *Stack, x unsafe.Pointer, o Owner)
//
//	DI = s; R8 = x; BX = slot 0, then header; DX = *BX; CX = count
//	if R8 == 0 || R8[-8] ^ R8 != s.Tag goto slow
//	[1] [1a] [2]
//	CX = DX & mask
//	if CX >= s.Capacity goto slow
//	BX[8 + 8*CX] = R8
//	DX++
//	[3] *BX = DX
TEXT ·Push(SB), NOSPLIT, $0-32
	MOVQ  s+0(FP), DI
	MOVQ  x+8(FP), R8
	TESTQ R8, R8
	JZ    slow
	MOVQ  -8(R8), R9
	XORQ  R8, R9
	CMPQ  R9, Stack_Tag(DI)
	JNE   slow
	STACK(Stack_PushWord, ·pushSection, ·InjectedStack+StackInjection_Push)
	MOVQ  (BX), DX
	MOVL  DX, CX
	ANDL  $const_StackCountMask, CX
	CMPQ  CX, Stack_Capacity(DI)
	JAE   slow
	MOVQ  R8, 8(BX)(CX*8)
	INCQ  DX
	DELAY
	MOVQ  DX, (BX)
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
//	DI = s; BX = slot 0, then header; DX = *BX; CX = count; R8 = x
//	[1] [1a] [2]
//	CX = DX & mask
//	if CX == 0 goto slow
//	R8 = BX[8*CX]
//	DX += mask
//	[3] *BX = DX
//	return R8
TEXT ·Pop(SB), NOSPLIT, $0-32
	MOVQ  s+0(FP), DI
	STACK(Stack_PopWord, ·popSection, ·InjectedStack+StackInjection_Pop)
	MOVQ  (BX), DX
	MOVL  DX, CX
	ANDL  $const_StackCountMask, CX
	JZ    slow
	MOVQ  (BX)(CX*8), R8
	ADDQ  $const_StackCountMask, DX
	DELAY
	MOVQ  DX, (BX)
	LINGER
	MOVQ  R8, ret+24(FP)
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
//	DI = s; SI = items; R10 = n; BX = slot 0, then header; DX = *BX; CX = count
//	[1] [1a] [2]
//	CX = DX & mask
//	if CX + R10 > s.Capacity goto full
//	R9 = &BX[8 + 8*CX]
//	for R8 = 0; R8 < R10; R8++ { R9[8*R8] = SI[8*R8] }
//	DX += R10
//	[3] *BX = DX
//	return R10
TEXT ·PushBatch(SB), NOSPLIT, $0-32
	MOVQ  s+0(FP), DI
	STACK(Stack_Batch, ·pushBatchSection, ·InjectedStack+StackInjection_PushBatch)
	MOVQ  items+8(FP), SI
	MOVQ  n+16(FP), R10
	MOVQ  (BX), DX
	MOVL  DX, CX
	ANDL  $const_StackCountMask, CX
	LEAQ  8(BX)(CX*8), R9
	ADDQ  R10, CX
	CMPQ  CX, Stack_Capacity(DI)
	JHI   full
	XORL  R8, R8
	JMP   copied

copy:
	MOVQ  (SI)(R8*8), AX
	MOVQ  AX, (R9)(R8*8)
	INCQ  R8

copied:
	CMPQ  R8, R10
	JLT   copy
	ADDQ  R10, DX
	DELAY
	MOVQ  DX, (BX)
	LINGER
	MOVQ  R10, ret+24(FP)
	RET

full:
	MOVQ $0, ret+24(FP)
	RET

slow:
	MOVQ $-1, ret+24(FP)
	RET

TEXT ·pushBatchAbort(SB), NOSPLIT, $0-32
	SIGNATURE
	ABORTED
	JMP ·PushBatch(SB)

DESCRIPTOR(·pushBatchSection, ·PushBatch, pushBatchCommit, ·pushBatchAbort)

// func PopBatch(s *Stack, items *uintptr, n int) int
//
//	DI = s; SI = items; R10 = n, then popped; BX = slot 0, then header; DX = *BX; CX = count
//	[1] [1a] [2]
//	CX = DX & mask
//	R10 = min(R10, CX)
//	if R10 == 0 goto none
//	DX -= R10
//	R9 = &BX[8 + 8*(CX-R10)]
//	for R8 = 0; R8 < R10; R8++ { SI[8*R8] = R9[8*R8] }
//	[3] *BX = DX
//	return R10
TEXT ·PopBatch(SB), NOSPLIT, $0-32
	MOVQ  s+0(FP), DI
	STACK(Stack_Batch, ·popBatchSection, ·InjectedStack+StackInjection_PopBatch)
	MOVQ  items+8(FP), SI
	MOVQ  n+16(FP), R10
	MOVQ  (BX), DX
	MOVL  DX, CX
	ANDL  $const_StackCountMask, CX
	CMPQ  R10, CX
	CMOVQGT CX, R10
	TESTQ R10, R10
	JLE   none
	SUBQ  R10, DX
	SUBQ  R10, CX
	LEAQ  8(BX)(CX*8), R9
	XORL  R8, R8

copy:
	MOVQ  (R9)(R8*8), AX
	MOVQ  AX, (SI)(R8*8)
	INCQ  R8
	CMPQ  R8, R10
	JLT   copy
	DELAY
	MOVQ  DX, (BX)
	LINGER
	MOVQ  R10, ret+24(FP)
	RET

none:
	MOVQ $0, ret+24(FP)
	RET

slow:
	MOVQ $-1, ret+24(FP)
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
	LEAQ ·stackDescriptorTable(SB), AX
	MOVQ AX, ret+0(FP)
	RET
