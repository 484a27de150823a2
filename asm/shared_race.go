//go:build race

package asm

import (
	"runtime"
	"sync/atomic"
)

// AddShared adds delta to the shared word of a Guarded, and returns the result.
// The race detector, which sees nothing of what the other leaves do, is not to see
// this either: it would take each addition for an edge to those that follow, which
// nobody promises, and which hides races.
func AddShared(word *int64, delta int64) int64 {
	runtime.RaceDisable()
	defer runtime.RaceEnable()
	return atomic.AddInt64(word, delta)
}
