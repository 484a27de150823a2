package backend

import (
	"math"
	"runtime"
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

// SpareAddFloat64 adds delta on a slot that no operation uses otherwise, where the
// sum may become anything: TakeFloat64 takes what is there, instead of subtracting it
// ever after.
func (c *Cell) SpareAddFloat64(delta float64) {
	w := &c.local // which has nothing to lose as long as there are no slots
	if slot0 := asm.Word(c.word.Load()).Slot0(); slot0 != 0 {
		w = c.lease.Load().memory.spare(slot0)
	}
	for {
		old := atomic.LoadUint64(w)
		sum := math.Float64bits(math.Float64frombits(old) + delta)
		if atomic.CompareAndSwapUint64(w, old, sum) {
			runtime.KeepAlive(c)
			return
		}
	}
}
