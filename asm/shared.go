//go:build !race

package asm

import "sync/atomic"

// AddShared adds delta to the shared word of a Guarded, and returns the result.
func AddShared(word *int64, delta int64) int64 { return atomic.AddInt64(word, delta) }
