// The operations on stacks for linux/amd64. Read spec.go and stack_spec.go first,
// then the head of cells_linux_amd64.h: what it says holds here.
//
// [1a] follows the store [1] in program order, and may be carried out before it
// is visible to other CPUs. That does no harm: the fence interrupts this CPU, and
// the kernel, on this CPU, sees [1] if the interrupt comes behind [1a].

#ifdef const_inject
// EARLY gives a fence somewhere to land before [1].
#define EARLY MOVQ ·InjectedStack+StackInjection_Early(SB), R11; TESTQ R11, R11; JZ 3(PC); DECQ R11; JNZ -1(PC)
#else
#define EARLY
#endif

// STACK is the beginning that all operations on stacks share, from AX = s to R8 =
// header: BEGIN, but the word is not looked at before ENTER; INDEX and OFFSET.
#define STACK(word, static, replaced) \
	ANCHOR \
	YIELD \
	EARLY \
	ENTER(static, replaced) \
	MOVQ  word(AX), R8 \
	TESTQ R8, R8 \
	JLE   slow \
	INDEX \
	OFFSET \
	ADDQ  R9, R8

// push(AX = s, BX = x, CX and DI = o, SI = slow)
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count
//	if BX is at the beginning of a page, or nil, or BX[-8] ^ BX != s.Tag goto slow
//	[1] [1a] [2]
//	R9 = R10 & mask
//	if R9 >= s.Capacity goto slow
//	R8[8 + 8*R9] = BX
//	R10++
//	[3] *R8 = R10
TEXT ·push<>(SB), NOSPLIT, $0-40
	TESTL $0xff8, BX
	JZ    slow
	MOVQ  -8(BX), R9
	XORQ  BX, R9
	CMPQ  R9, Stack_Tag(AX)
	JNE   slow
	STACK(Stack_PushWord, ·pushSection<>, ·InjectedStack+StackInjection_Push)
	MOVQ  (R8), R10
	MOVL  R10, R9
	ANDL  $const_StackCountMask, R9
	CMPQ  R9, Stack_Capacity(AX)
	JAE   slow
	MOVQ  BX, 8(R8)(R9*8)
	INCQ  R10
	COMMIT(MOVQ, R10, (R8))
	RET

away:
slow:
	SLOW(SI)

// pop(AX = s, BX and CX = o, DI = slow) AX
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count; R12 = x
//	[1] [1a] [2]
//	R9 = R10 & mask
//	if R9 == 0 goto slow
//	R12 = R8[8*R9]
//	R10 += mask
//	[3] *R8 = R10
//	AX = R12
TEXT ·pop<>(SB), NOSPLIT, $0-40
	STACK(Stack_PopWord, ·popSection<>, ·InjectedStack+StackInjection_Pop)
	MOVQ  (R8), R10
	MOVL  R10, R9
	ANDL  $const_StackCountMask, R9
	JZ    slow
	MOVQ  (R8)(R9*8), R12
	ADDQ  $const_StackCountMask, R10
	COMMIT(MOVQ, R10, (R8))
	MOVQ  R12, AX
	RET

away:
slow:
	SLOW(DI)

// pushBatch(AX = s, BX = items, CX = n) AX
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count
//	[1] [1a] [2]
//	R9 = R10 & mask
//	if R9 + CX > s.Capacity goto full
//	R12 = &R8[8 + 8*R9]
//	for R9 = 0; R9 < CX; R9++ { R12[8*R9] = BX[8*R9] }
//	R10 += CX
//	[3] *R8 = R10
//	AX = CX
TEXT ·pushBatch<>(SB), NOSPLIT, $0-32
	STACK(Stack_Batch, ·pushBatchSection<>, ·InjectedStack+StackInjection_PushBatch)
	MOVQ  (R8), R10
	MOVL  R10, R9
	ANDL  $const_StackCountMask, R9
	LEAQ  8(R8)(R9*8), R12
	ADDQ  CX, R9
	CMPQ  R9, Stack_Capacity(AX)
	JHI   full
	XORL  R9, R9
	JMP   copied

copy:
	MOVQ  (BX)(R9*8), R13
	MOVQ  R13, (R12)(R9*8)
	INCQ  R9

copied:
	CMPQ  R9, CX
	JLT   copy
	ADDQ  CX, R10
	COMMIT(MOVQ, R10, (R8))
	MOVQ  CX, AX
	RET

full:
	XORL AX, AX
	RET

away:
slow:
	MOVQ $-1, AX
	RET

// popBatch(AX = s, BX = items, CX = n) AX
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count; DI = popped
//	[1] [1a] [2]
//	R9 = R10 & mask
//	DI = min(CX, R9)
//	if DI <= 0 goto none
//	R10 -= DI
//	R12 = &R8[8 + 8*(R9-DI)]
//	for R9 = 0; R9 < DI; R9++ { BX[8*R9] = R12[8*R9] }
//	[3] *R8 = R10
//	AX = DI
TEXT ·popBatch<>(SB), NOSPLIT, $0-32
	STACK(Stack_Batch, ·popBatchSection<>, ·InjectedStack+StackInjection_PopBatch)
	MOVQ  (R8), R10
	MOVL  R10, R9
	ANDL  $const_StackCountMask, R9
	MOVQ  CX, DI
	CMPQ  DI, R9
	CMOVQGT R9, DI
	TESTQ DI, DI
	JLE   none
	SUBQ  DI, R10
	SUBQ  DI, R9
	LEAQ  8(R8)(R9*8), R12
	XORL  R9, R9

copy:
	MOVQ  (R12)(R9*8), R13
	MOVQ  R13, (BX)(R9*8)
	INCQ  R9
	CMPQ  R9, DI
	JLT   copy
	COMMIT(MOVQ, R10, (R8))
	MOVQ  DI, AX
	RET

none:
	XORL AX, AX
	RET

away:
slow:
	MOVQ $-1, AX
	RET
