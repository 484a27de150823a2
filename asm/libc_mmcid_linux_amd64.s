//go:build linux && amd64 && gc && !purego

// The leaves for areas at a fixed distance from the thread pointer, indexed by mm_cid.

#define LIBC
#define MMCID
#define LEAVES ·libcMMCIDLeaves
#include "sections_linux.h"

// func libcMMCID() *leafTable
TEXT ·libcMMCID(SB), NOSPLIT, $0-8
	LEAQ ·libcMMCIDLeaves(SB), AX
	MOVQ AX, ret+0(FP)
	RET
