package backend

import (
	"math"
	"sync/atomic"

	"github.com/percpu-go/percpu/asm"
)

// The atomic forms of the operations on one word, for threads and backends
// that write words that way. They are sequentially consistent.

// AtomicAdd adds delta to *w, modulo 2^64.
func AtomicAdd(w *uint64, delta int64) { atomic.AddUint64(w, uint64(delta)) }

// Huge reports whether f is 2^1009 or more, infinite or not a number. Such don't
// belong in slots: a Take could not subtract them.
func Huge(f float64) bool { return asm.Huge(f) }

// AtomicAddFloat64 adds delta to *w, which holds the bits of a float64, unless that
// makes it huge, and reports whether it did.
func AtomicAddFloat64(w *uint64, delta float64) bool { return asm.SwapFloat64(w, delta) }

// LocalAddFloat64 adds delta to a word of the cell's own, where it may become
// anything, as the next TakeFloat64 forgets it.
func (c *Cell) LocalAddFloat64(delta float64) {
	for {
		old := atomic.LoadUint64(&c.local)
		sum := math.Float64bits(math.Float64frombits(old) + delta)
		if atomic.CompareAndSwapUint64(&c.local, old, sum) {
			return
		}
	}
}
