//go:build linux && (amd64 || arm64) && gc && !purego

// The leaves for areas at a fixed distance from the thread pointer, indexed by mm_cid.

#define LIBC
#define MMCID
#define LEAVES ·libcMMCIDLeaves
#define TABLE ·libcMMCID
#include "sections_linux.h"
