//go:build linux && (amd64 || arm64) && gc && !purego

// The leaves for areas of our own, indexed by mm_cid.

#define OWN
#define MMCID
#define LEAVES ·ownMMCIDLeaves
#define TABLE ·ownMMCID
#include "sections_linux.h"
