//go:build linux && arm64 && gc && !purego

// The leaves for areas at a fixed distance from the thread pointer, indexed by mm_cid.

#define LIBC
#define MMCID
#define LEAVES ·libcMMCIDLeaves
#include "sections_linux.h"

// func libcMMCID() *leafTable
TEXT ·libcMMCID(SB), NOSPLIT, $0-8
	MOVD $·libcMMCIDLeaves(SB), R0
	MOVD R0, ret+0(FP)
	RET
