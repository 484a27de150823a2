//go:build linux && (amd64 || arm64) && gc && !purego

// The leaves for areas of our own, indexed by cpu_id.

#define OWN
#define CPUID
#define LEAVES ·ownCPUIDLeaves
#define TABLE ·ownCPUID
#include "sections_linux.h"
