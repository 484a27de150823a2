package asm

import "unsafe"

// Cell is a cell's word and the word behind it, which is part of its sum.
type Cell struct {
	Word  Word
	Local uint64
}

// Guarded is a cell's word and its guard, which AddIfZero, Step, Leave, Take,
// NextInBlock and Max find behind it.
type Guarded struct {
	Word  Word
	_     [2]uint64 // the cell's
	Guard uint64    // 0: sections may add to the cell
}

// Parts is a table of pointers, one for each slot, as Part finds it. Go writes it, with
// atomics: see spec.go.
type Parts struct {
	N     uint32         // places in Table; written after it
	Table unsafe.Pointer // the first place
}

// NotAdded is the sum that Leave gives its slow path if it has added nothing yet.
const NotAdded = -1 << 63

// BlockLen is how many numbers a block of NextInBlock has, a power of two.
const BlockLen = 1 << 10
