package asm

// Guarded is a cell's word, its guard and a word that all CPUs share. AddIfZero,
// Enter and Leave find the last two behind the first.
type Guarded struct {
	Word   Word
	_      [2]uint64 // the cell's
	Guard  uint64    // 0: sections may add to the cell
	Shared int64
}

// NotAdded is the sum that Enter and Leave give their slow path if they have added
// nothing yet.
const NotAdded = -1 << 63
