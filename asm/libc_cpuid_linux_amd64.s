//go:build linux && amd64 && gc && !purego

// The leaves for areas at a fixed distance from the thread pointer, indexed by cpu_id.

#define LIBC
#define CPUID
#define LEAVES ·libcCPUIDLeaves
#include "sections_linux.h"

// func libcCPUID() *leafTable
TEXT ·libcCPUID(SB), NOSPLIT, $0-8
	LEAQ ·libcCPUIDLeaves(SB), AX
	MOVQ AX, ret+0(FP)
	RET
