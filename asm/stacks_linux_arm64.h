// The operations on stacks for linux/arm64. Read spec.go and stack_spec.go first,
// then the head of cells_linux_arm64.h: what it says holds here.
//
// [1a] follows the store [1] in program order, and may be carried out before it
// is visible to other CPUs. That does no harm: the fence interrupts this CPU, and
// the kernel, on this CPU, sees [1] if the interrupt comes behind [1a]. It is an
// LDAR, which pairs with the store of the words by who closed the stack: slots
// are read as they were left. Commits of pushes are STLR: they publish an item,
// and pair with the atomic loads of headers by others.

#ifdef const_inject
// EARLY gives a fence somewhere to land before [1].
#define EARLY WAIT(·InjectedStack+StackInjection_Early)
#else
#define EARLY
#endif

// STACK is the beginning that all operations on stacks share, from R0 = s to R8 =
// header, R10 = *R8 and R9 = count: BEGIN, but the word is not looked at before ENTER;
// INDEX and CELL.
#define STACK(word, static, replaced) \
	ANCHOR \
	YIELD \
	EARLY \
	ENTER(static, replaced) \
	ADD  $word, R0, R8 \
	LDAR (R8), R8 \
	CMP  $0, R8 \
	BLE  slow \
	INDEX \
	CELL \
	MOVD (R8), R10 \
	AND  $const_StackCountMask, R10, R9

// push(R0 = s, R1 = x, R2 and R3 = o, R4 = slow)
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count
//	if R1 is at the beginning of a page, or nil, or R1[-8] ^ R1 != s.Tag goto slow
//	[1] [1a] [2]
//	R9 = R10 & mask
//	if R9 >= s.Capacity goto slow
//	R8[8 + 8*R9] = R1
//	R10++
//	[3] *R8 = R10, release
TEXT ·push<>(SB), NOSPLIT|NOFRAME, $0-40
	TST  $0xff8, R1
	BEQ  slow
	MOVD -8(R1), R9
	EOR  R1, R9
	MOVD Stack_Tag(R0), R10
	CMP  R9, R10
	BNE  slow
	STACK(Stack_PushWord, ·pushSection<>, ·InjectedStack+StackInjection_Push)
	MOVD Stack_Capacity(R0), R12
	CMP  R12, R9
	BHS  slow
	ADD  R9<<3, R8, R12
	MOVD R1, 8(R12)
	ADD  $1, R10
	COMMIT(STLR, R10, (R8))
	RET

away:
slow:
	SLOW(R4)

// pop(R0 = s, R1 and R2 = o, R3 = slow) R0
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count; R12 = x
//	[1] [1a] [2]
//	R9 = R10 & mask
//	if R9 == 0 goto slow
//	R12 = R8[8*R9]
//	R10 += mask
//	[3] *R8 = R10
//	R0 = R12
TEXT ·pop<>(SB), NOSPLIT|NOFRAME, $0-40
	STACK(Stack_PopWord, ·popSection<>, ·InjectedStack+StackInjection_Pop)
	CBZ  R9, slow
	MOVD (R8)(R9<<3), R12
	ADD  $const_StackCountMask, R10
	COMMIT(MOVD, R10, (R8))
	MOVD R12, R0
	RET

away:
slow:
	SLOW(R3)

// pushBatch(R0 = s, R1 = items, R2 = n) R0
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count
//	[1] [1a] [2]
//	R9 = R10 & mask
//	if R9 + R2 > s.Capacity goto full
//	R10 += R2
//	for R12 = &R8[8 + 8*R9], R13 = R1, R14 = &R1[8*R2]; R13 < R14; { *R12++ = *R13++ }
//	[3] *R8 = R10, release
//	R0 = R2
TEXT ·pushBatch<>(SB), NOSPLIT|NOFRAME, $0-32
	STACK(Stack_Batch, ·pushBatchSection<>, ·InjectedStack+StackInjection_PushBatch)
	ADD  R9<<3, R8, R12
	ADD  $8, R12
	ADD  R2, R9
	MOVD Stack_Capacity(R0), R13
	CMP  R13, R9
	BHI  full
	ADD  R2, R10
	MOVD R1, R13
	ADD  R2<<3, R1, R14
	JMP  copied

copy:
	MOVD.P 8(R13), R15
	MOVD.P R15, 8(R12)

copied:
	CMP  R14, R13
	BLO  copy
	COMMIT(STLR, R10, (R8))
	MOVD R2, R0
	RET

full:
	MOVD ZR, R0
	RET

away:
slow:
	MOVD $-1, R0
	RET

// popBatch(R0 = s, R1 = items, R2 = n) R0
//
//	R8 = slot 0, then header; R10 = *R8; R9 = count; R15 = popped
//	[1] [1a] [2]
//	R9 = R10 & mask
//	R15 = min(R2, R9)
//	if R15 <= 0 goto none
//	R10 -= R15
//	for R12 = &R8[8 + 8*(R9-R15)], R13 = R1, R14 = &R12[8*R15]; R12 < R14; { *R13++ = *R12++ }
//	[3] *R8 = R10
//	R0 = R15
TEXT ·popBatch<>(SB), NOSPLIT|NOFRAME, $0-32
	STACK(Stack_Batch, ·popBatchSection<>, ·InjectedStack+StackInjection_PopBatch)
	CMP  R9, R2
	CSEL GT, R9, R2, R15
	CMP  $0, R15
	BLE  none
	SUB  R15, R10
	SUB  R15, R9
	ADD  R9<<3, R8, R12
	ADD  $8, R12
	MOVD R1, R13
	ADD  R15<<3, R12, R14

copy:
	MOVD.P 8(R12), R9
	MOVD.P R9, 8(R13)
	CMP  R14, R12
	BLO  copy
	COMMIT(MOVD, R10, (R8))
	MOVD R15, R0
	RET

none:
	MOVD ZR, R0
	RET

away:
slow:
	MOVD $-1, R0
	RET
