//go:build linux && arm64 && gc && !purego

// The leaves for areas at a fixed distance from the thread pointer, indexed by cpu_id.

#define LIBC
#define CPUID
#define LEAVES ·libcCPUIDLeaves
#include "sections_linux.h"

// func libcCPUID() *leafTable
TEXT ·libcCPUID(SB), NOSPLIT, $0-8
	MOVD $·libcCPUIDLeaves(SB), R0
	MOVD R0, ret+0(FP)
	RET
