package backend

import (
	"iter"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/percpu-go/percpu/asm"
)

// Elsewhere is the slot, in Parts, of what a cell has in none.
const Elsewhere = -1

// Parts returns what a cell's sum consists of, in the order of slots and without those
// that are zero: the words of the slots, numbered as for Word, and before them under
// Elsewhere what was added where there are no slots, less what Take has taken so far. It
// is for looking at how additions are spread: it reads one part after the other, and who
// wants the sum calls Sum. Unlike Word it changes nothing.
func (c *Cell) Parts() iter.Seq2[int, uint64] {
	return func(yield func(int, uint64) bool) {
		if n := atomic.LoadUint64(&c.local); n != 0 && !yield(Elsewhere, n) {
			return
		}
		c.slots(yield)
	}
}

// PartsFloat64 is Parts for a cell that holds float64s only.
func (c *Cell) PartsFloat64() iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		n := math.Float64frombits(atomic.LoadUint64(&c.local)) + math.Float64frombits(c.spareBits())
		if n != 0 && !yield(Elsewhere, n) {
			return
		}
		c.slots(func(slot int, word uint64) bool { return yield(slot, math.Float64frombits(word)) })
	}
}

// slots calls yield for the slots' words that are not zero.
func (c *Cell) slots(yield func(int, uint64) bool) {
	defer runtime.KeepAlive(c)
	first, last := c.inUse()
	if first == last {
		return
	}
	geo := c.lease.Load().memory.geo
	slot0 := asm.Word(c.word.Load()).Slot0()
	for w := slot0; w != last; w += stride {
		if n := atomic.LoadUint64(wordAt(w)); n != 0 && !yield(int(w-slot0)>>StrideShift, n) {
			return
		}
	}
	if first == slot0 {
		return
	}
	for i := range geo.Overflow {
		w := slot0 - uintptr(geo.Overflow-i)<<StrideShift
		if n := atomic.LoadUint64(wordAt(w)); n != 0 && !yield(geo.Slots+i, n) {
			return
		}
	}
}

// spareBits returns the word of the spare slot, which float64s have.
func (c *Cell) spareBits() uint64 {
	defer runtime.KeepAlive(c)
	first, _ := c.inUse()
	if first == 0 || first == asm.Word(c.word.Load()).Slot0() {
		return 0
	}
	return atomic.LoadUint64(wordAt(first))
}
