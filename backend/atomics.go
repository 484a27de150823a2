package backend

import (
	"math"
	"sync/atomic"
)

// The atomic forms of the operations on one word, for threads and backends
// that write words that way. They are sequentially consistent.

// AtomicAdd adds delta to *w, modulo 2^64.
func AtomicAdd(w *uint64, delta int64) { atomic.AddUint64(w, uint64(delta)) }

// AtomicAddFloat64 adds delta to *w, which holds the bits of a float64.
func AtomicAddFloat64(w *uint64, delta float64) {
	for {
		old := atomic.LoadUint64(w)
		sum := math.Float64bits(math.Float64frombits(old) + delta)
		if atomic.CompareAndSwapUint64(w, old, sum) {
			return
		}
	}
}

// AtomicCompareAndStore stores new into *w if *w is old, and reports whether it
// did.
func AtomicCompareAndStore(w *uint64, old, new uint64) bool {
	return atomic.CompareAndSwapUint64(w, old, new)
}
