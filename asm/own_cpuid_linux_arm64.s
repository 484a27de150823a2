//go:build linux && arm64 && gc && !purego

// The leaves for areas of our own, indexed by cpu_id.

#define OWN
#define CPUID
#define LEAVES ·ownCPUIDLeaves
#include "sections_linux.h"

// func ownCPUID() *leafTable
TEXT ·ownCPUID(SB), NOSPLIT, $0-8
	MOVD $·ownCPUIDLeaves(SB), R0
	MOVD R0, ret+0(FP)
	RET
