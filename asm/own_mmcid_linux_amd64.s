//go:build linux && amd64 && gc && !purego

// The leaves for areas of our own, indexed by mm_cid.

#define OWN
#define MMCID
#define LEAVES ·ownMMCIDLeaves
#include "sections_linux.h"

// func ownMMCID() *leafTable
TEXT ·ownMMCID(SB), NOSPLIT, $0-8
	LEAQ ·ownMMCIDLeaves(SB), AX
	MOVQ AX, ret+0(FP)
	RET
