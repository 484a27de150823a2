package asm

import "unsafe"

// The slow paths. Package backend sets them before it hands out a word that
// is not zero; assembly tail-jumps here when it can't commit, so they see the
// operation's caller as theirs and may block, allocate and retry.
var (
	AddSlow             func(w *Word, delta int64)
	AddFloat64Slow      func(w *Word, delta float64)
	CompareAndStoreSlow func(w *Word, old, new uint64) bool
	AddIfZeroSlow       func(w *Word, delta int64) bool
	AddOrShareSlow      func(w *Word, delta int64)
	AddOrElseSlow       func(w *Word, delta int64, arg unsafe.Pointer)
)

// What AddOrShare goes on with when it has added to the shared word and the
// result is negative: below Claimed, or not.
var (
	SharedClaimed  func(w *Word, delta int64)
	SharedNegative func(w *Word, delta int64)
)
