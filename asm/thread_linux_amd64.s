//go:build linux && amd64 && gc && !purego

// What is done once for a thread or a process, and is called by Go as assembly
// usually is.

#define LIBC
#define CPUID
#include "section_linux_amd64.h"

// ANYAREA sets AX to the thread's area, whosever it is, and leaves ZF for "none".
#define ANYAREA MOVQ 0(FS), AX; ADDQ ·setup+setupVars_areaOffset(SB), AX

// func Spin(state *uint32, turns uint64) (aborted bool)
//
//	AX = area; BX = state; CX = descriptor, then turns
//	if AX <= 0 goto slow
//	[1] AX.rseq_cs = &spinSection
//	*BX = SpinStarted
//	do CX-- while CX != 0
//	[3] *BX = SpinFinished
TEXT ·Spin(SB), NOSPLIT, $0-17
	ANYAREA
	JLE  slow
	LEAQ ·spinDescriptor<>(SB), CX
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

TEXT ·spinAbort<>(SB), NOSPLIT, $0-17
	SIGNATURE
	MOVB $1, aborted+16(FP)
	RET

DESCRIPTOR(·spinDescriptor<>, ·Spin, spinCommit, ·spinAbort<>)

// func spinSection() (entry uintptr, section *Descriptor)
TEXT ·spinSection(SB), NOSPLIT, $0-16
	LEAQ ·Spin(SB), AX
	MOVQ AX, entry+0(FP)
	LEAQ ·spinDescriptor<>(SB), AX
	MOVQ AX, section+8(FP)
	RET

// func Anchor() uintptr
TEXT ·Anchor(SB), NOSPLIT, $0-8
	MOVQ 0(FS), AX
	MOVQ AX, ret+0(FP)
	RET

// func State() (area uintptr, cpuID int32, index uint32)
//
//	AX = area; DX = AX.cpu_id; CX = AX.index
TEXT ·State(SB), NOSPLIT, $0-16
	MOVL $0, cpuID+8(FP)
	MOVL $0, index+12(FP)
	ANYAREA
	JGE  known
	NEGQ AX // the thread was given up

known:
	MOVQ AX, area+0(FP)
	TESTQ AX, AX
	JZ   none
	MOVL Area_CPUID(AX), DX
	MOVQ ·setup+setupVars_indexOffset(SB), CX
	MOVL (AX)(CX*1), CX
	MOVL DX, cpuID+8(FP)
	MOVL CX, index+12(FP)

none:
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

// func threadHint() uint32
TEXT ·threadHint(SB), NOSPLIT, $0-4
	MOVQ g_m(R14), AX
	SHRQ $const_threadShift, AX
	ANDL $const_hintMask, AX
	MOVL AX, ret+0(FP)
	RET

// arrive is called as leaves are, to see whether arguments and results arrive.
//
// arrive(AX = a, BX = b, CX = c, DI = d, SI = slow, X0 = f) AX
//
//	if AX ^ BX ^ CX ^ DI ^ bits(X0) != 0 return it
//	goto slow, with AX = bits(X0)
TEXT ·arrive<>(SB), NOSPLIT, $0-56
	MOVQ X0, R8
	XORQ AX, BX
	XORQ CX, BX
	XORQ DI, BX
	XORQ R8, BX
	JNZ  differ
	MOVQ R8, AX
	SLOW(SI)

differ:
	MOVQ BX, AX
	RET

// func arriveCode() uintptr
TEXT ·arriveCode(SB), NOSPLIT, $0-8
	LEAQ ·arrive<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
