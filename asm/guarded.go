package asm

// Guarded is a cell's word, its guard and a word that all CPUs share. AddIfZero
// and AddOrShare find the last two behind the first.
type Guarded struct {
	Word   Word
	_      [2]uint64 // the cell's
	Guard  uint64    // 0: sections may add to the cell
	Shared int64
}

// Claimed is the bound under which AddOrShare takes the shared word to be
// claimed: whoever claims it subtracts ClaimStep from it.
const (
	Claimed   = -1 << 31
	ClaimStep = 1 << 32
)
