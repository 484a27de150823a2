//go:build linux && amd64 && gc && !purego

// The leaves for processes in which no cell is reached by sections. What can only be
// done in one is the slow path's.

#define HINTS
#include "section_linux_amd64.h"
#include "cells_linux_amd64.h"

TEXT ·addIfZero<>(SB), NOSPLIT, $0-40
	SLOW(DI)

TEXT ·take<>(SB), NOSPLIT, $0-32
	SLOW(CX)

TEXT ·nextInBlock<>(SB), NOSPLIT, $0-32
	SLOW(CX)

TEXT ·max<>(SB), NOSPLIT, $0-24
	SLOW(CX)

// part(AX = p, BX, CX = o, DI = slow) AX: R9 is the hint.
TEXT ·part<>(SB), NOSPLIT, $0-40
	PCALIGN $64
	YIELD
	HINT_BELOW(Parts_N(AX))
	PART

slow:
	SLOW(DI)

TEXT ·observe<>(SB), NOSPLIT, $0-32
	SLOW(CX)

TEXT ·push<>(SB), NOSPLIT, $0-40
	SLOW(SI)

TEXT ·pop<>(SB), NOSPLIT, $0-40
	SLOW(DI)

DATA ·hintingLeaves+0(SB)/8, $·add<>(SB)
DATA ·hintingLeaves+16(SB)/8, $·addFloat64<>(SB)
DATA ·hintingLeaves+48(SB)/8, $·leave<>(SB)
DATA ·hintingLeaves+64(SB)/8, $·addIfZero<>(SB)
DATA ·hintingLeaves+80(SB)/8, $·take<>(SB)
DATA ·hintingLeaves+96(SB)/8, $·nextInBlock<>(SB)
DATA ·hintingLeaves+112(SB)/8, $·max<>(SB)
DATA ·hintingLeaves+128(SB)/8, $·push<>(SB)
DATA ·hintingLeaves+144(SB)/8, $·pop<>(SB)
DATA ·hintingLeaves+192(SB)/8, $·observe<>(SB)
DATA ·hintingLeaves+208(SB)/8, $·part<>(SB)
GLOBL ·hintingLeaves(SB), RODATA|NOPTR, $224

// func hinting() *leafTable
TEXT ·hinting(SB), NOSPLIT, $0-8
	LEAQ ·hintingLeaves(SB), AX
	MOVQ AX, ret+0(FP)
	RET
