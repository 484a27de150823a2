//go:build linux && (amd64 || arm64) && gc && !purego

// The leaves for areas at a fixed distance from the thread pointer, indexed by cpu_id.

#define LIBC
#define CPUID
#define LEAVES ·libcCPUIDLeaves
#define TABLE ·libcCPUID
#include "sections_linux.h"
