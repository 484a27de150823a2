//go:build linux && amd64 && gc && !purego

// The leaves for areas of our own, indexed by cpu_id.

#define OWN
#define CPUID
#define LEAVES ·ownCPUIDLeaves
#include "sections_linux.h"

// func ownCPUID() *leafTable
TEXT ·ownCPUID(SB), NOSPLIT, $0-8
	LEAQ ·ownCPUIDLeaves(SB), AX
	MOVQ AX, ret+0(FP)
	RET
