package asm

// Row is what Observe is called with.
type Row struct {
	Word   Word     // of the first bucket, as that of a cell
	Bounds *float64 // the first of the bounds, or nil
}
