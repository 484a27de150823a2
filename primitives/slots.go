package primitives

import (
	"iter"

	"github.com/percpu-go/percpu/backend"
)

// Elsewhere is the slot, in what Slots returns, of additions that were made in none.
const Elsewhere = backend.Elsewhere

// Slots returns what each slot has of the counter, for a look at how additions are spread
// over the CPUs: the slots of CPUs first, by number, then the overflow slots, and before
// all under Elsewhere what was added without a slot, less what Reset has returned.
// Slots that have nothing are left out. It is no snapshot: the sum is what Load returns.
func (c *Counter) Slots() iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for slot, n := range c.cell.Parts() {
			if !yield(slot, int64(n)) {
				return
			}
		}
	}
}

// Slots returns what each slot has of the counter: see Counter.Slots.
func (c *FloatCounter) Slots() iter.Seq2[int, float64] { return c.cell.PartsFloat64() }
