//go:build linux && arm64 && gc && !purego

// What is done once for a thread or a process, and is called by Go as assembly
// usually is.

#define LIBC
#define CPUID
#include "section_linux_arm64.h"

// ANYAREA sets R0 to the thread's area, whosever it is, or jumps to none. R5 =
// areaOffset is zero where areas are our own: the anchor may then be that of a
// thread that was given up, minus the address, and it may be another thread's,
// inherited by clone, so the area must name this thread as its owner.
#define ANYAREA(givenUp) \
	MRS  TPIDR_EL0, R0 \
	MOVD ·setup+setupVars_areaOffset(SB), R5 \
	ADDS R5, R0, R0 \
	BEQ  none \
	CBNZ R5, 7(PC) \
	TBZ  $63, R0, 2(PC) \
	givenUp \
	MOVD const_OwnerOffset(R0), R9 \
	MOVD g_m(g), R10 \
	CMP  R9, R10 \
	BNE  none

#define NEGATE NEG R0, R0

// func Spin(state *uint32, turns uint64) (aborted bool)
//
//	R0 = area; R8 = state; R9 = descriptor, then turns
//	if there is none, or it was given up, goto none
//	[1] R0.rseq_cs = &spinDescriptor
//	*R8 = SpinStarted
//	do R9-- while R9 != 0
//	[3] *R8 = SpinFinished
TEXT ·Spin(SB), NOSPLIT, $0-17
	ANYAREA(JMP none)
	MOVD $·spinDescriptor<>(SB), R9
	MOVD R9, Area_RseqCS(R0)
	MOVD state+0(FP), R8
	MOVW $const_SpinStarted, R10
	MOVW R10, (R8)
	MOVD turns+8(FP), R9
	MOVW $const_SpinFinished, R10

turn:
	SUB  $1, R9
	CBNZ R9, turn
	MOVW R10, (R8)
	MOVB ZR, aborted+16(FP)
	RET

none:
	MOVB ZR, aborted+16(FP)
	RET

TEXT ·spinAbort<>(SB), NOSPLIT, $0-17
	SIGNATURE
	MOVD $1, R0
	MOVB R0, aborted+16(FP)
	RET

DESCRIPTOR(·spinDescriptor<>, ·Spin, spinCommit, ·spinAbort<>)

// func spinSection() (entry uintptr, section *Descriptor)
TEXT ·spinSection(SB), NOSPLIT, $0-16
	MOVD $·Spin(SB), R0
	MOVD R0, entry+0(FP)
	MOVD $·spinDescriptor<>(SB), R0
	MOVD R0, section+8(FP)
	RET

// func Anchor() uintptr
TEXT ·Anchor(SB), NOSPLIT, $0-8
	MRS  TPIDR_EL0, R0
	MOVD R0, ret+0(FP)
	RET

// func State() (area uintptr, cpuID int32, index uint32)
//
//	R0 = area; R9 = R0.cpu_id; R10 = R0.index
TEXT ·State(SB), NOSPLIT, $0-16
	ANYAREA(NEGATE)
	MOVWU Area_CPUID(R0), R9
	MOVD  ·setup+setupVars_indexOffset(SB), R10
	MOVWU (R0)(R10), R10
	MOVD  R0, area+0(FP)
	MOVW  R9, cpuID+8(FP)
	MOVW  R10, index+12(FP)
	RET

none:
	MOVD ZR, area+0(FP)
	MOVW ZR, cpuID+8(FP)
	MOVW ZR, index+12(FP)
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

// arrive is called as leaves are, to see whether arguments and results arrive.
//
// arrive(R0 = a, R1 = b, R2 = c, R3 = d, R4 = slow, F0 = f) R0
//
//	if R0 ^ R1 ^ R2 ^ R3 ^ bits(F0) != 0 return it
//	goto slow, with R0 = bits(F0)
TEXT ·arrive<>(SB), NOSPLIT|NOFRAME, $0-56
	FMOVD F0, R8
	EOR   R0, R1, R10
	EOR   R2, R10
	EOR   R3, R10
	EOR   R8, R10
	CBNZ  R10, differ
	MOVD  R8, R0
	SLOW(R4)

differ:
	MOVD R10, R0
	RET

// func arriveCode() uintptr
TEXT ·arriveCode(SB), NOSPLIT, $0-8
	MOVD $·arrive<>(SB), R0
	MOVD R0, ret+0(FP)
	RET
