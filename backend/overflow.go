package backend

import (
	"runtime"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// What a thread does that can't commit in a section, for package rseqbackend.

// OverflowSlots is the number of overflow slots of a memory with LeafRseq, whose
// sections know it.
const OverflowSlots = asm.OverflowSlots

// SectionAdd adds delta by one more try of the critical section, or else on an
// overflow slot.
func (c *Cell) SectionAdd(delta int64) { asm.Add(unsafe.Pointer(&c.word), delta, overflowAdd) }

// SectionAddFloat64 is SectionAdd for a cell that holds float64s.
func (c *Cell) SectionAddFloat64(delta float64) {
	asm.AddFloat64(unsafe.Pointer(&c.word), delta, overflowAddFloat64)
}

// OverflowAdd adds delta on an overflow slot, by an atomic addition.
func (c *Cell) OverflowAdd(delta int64) { overflowAdd(unsafe.Pointer(c), delta) }

// OverflowAddFloat64 is OverflowAdd for a cell that holds float64s.
func (c *Cell) OverflowAddFloat64(delta float64) { overflowAddFloat64(unsafe.Pointer(c), delta) }

func overflowAdd(w unsafe.Pointer, delta int64) {
	c := cellOf(w)
	AtomicAdd(overflowWord(c), delta)
	runtime.KeepAlive(c) // or the word might be another cell's by now
}

func overflowAddFloat64(w unsafe.Pointer, delta float64) {
	c := cellOf(w)
	if !AtomicAddFloat64(overflowWord(c), delta) {
		c.SpareAddFloat64(delta)
	}
}

// overflowWord returns a cell's word in the overflow slot that the goroutine's
// hash chooses, and counts the operation.
func overflowWord(c *Cell) *uint64 {
	m := c.lease.Load().memory
	slot := int(asm.GoroutineHash()) % m.geo.Overflow
	m.overflows[slot].n.Add(1)
	return c.Word(m.geo.Slots + slot)
}

// UseOverflow has overflow slots be read from now on. It must be called before a
// thread writes to them that does so by itself, as sections do on threads that
// were given up.
func (m *Memory) UseOverflow() {
	if !m.overflowed.Load() {
		m.overflowed.Store(true)
	}
}

// Overflows returns how many operations of sections' slow paths went to overflow
// slots.
func (m *Memory) Overflows() (n uint64) {
	for i := range m.overflows {
		n += m.overflows[i].n.Load()
	}
	return n
}
