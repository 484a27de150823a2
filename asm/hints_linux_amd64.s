//go:build linux && amd64 && gc && !purego

// The leaves for processes in which no cell is reached by sections.

#define HINTS
#include "section_linux_amd64.h"
#include "cells_linux_amd64.h"

DATA ·hintingLeaves+0(SB)/8, $·add<>(SB)
DATA ·hintingLeaves+16(SB)/8, $·addFloat64<>(SB)
DATA ·hintingLeaves+32(SB)/8, $·enter<>(SB)
DATA ·hintingLeaves+48(SB)/8, $·leave<>(SB)
GLOBL ·hintingLeaves(SB), RODATA|NOPTR, $144

// func hinting() *leafTable
TEXT ·hinting(SB), NOSPLIT, $0-8
	LEAQ ·hintingLeaves(SB), AX
	MOVQ AX, ret+0(FP)
	RET
