package backend

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// Cell is a 64-bit word in every slot of a backend's memory, and the sum of
// them all. The zero value is ready for use and attaches itself to the default
// backend (see SetDefault) when added to, as soon as there is one. A Cell must not be copied after
// that. It costs 24 bytes, 8 bytes in each slot that uses it, and a 64th of a
// lease.
//
// Additions are ordered as atomic additions are for the sake of the sum, no
// addition lost or doubled, but synchronize nothing else: they are neither
// acquire nor release operations in the sense of the Go memory model.
type Cell struct {
	// word is an asm.Word. It must come first: slow paths get its address and
	// find the Cell there.
	word atomic.Int64

	// local is part of the sum: what was added while there were no slots, less
	// what Take has taken so far. Leaves know where it is. Atomic; word aligns it.
	local uint64

	lease atomic.Pointer[lease] // written before word
}

// The leaves find local behind word.
var _ [unsafe.Offsetof(Cell{}.local)]struct{} = [unsafe.Offsetof(asm.Cell{}.Local)]struct{}{}

func cellOf(w unsafe.Pointer) *Cell { return (*Cell)(w) }

// Add adds delta to the sum, modulo 2^64. It inlines to one call of a leaf.
func (c *Cell) Add(delta int64) { asm.Add(unsafe.Pointer(&c.word), delta, addSlow) }

// AddFloat64 adds delta to the sum of a cell that holds float64s only. Each slot
// rounds its own sum; none becomes huge, see Backend. It inlines to one call of a
// leaf.
func (c *Cell) AddFloat64(delta float64) {
	asm.AddFloat64(unsafe.Pointer(&c.word), delta, addFloat64Slow)
}

// Sum returns the sum of all additions, less what Take has taken. Additions
// that happen before the call are in it, those that are concurrent may be. As
// long as nobody subtracts, the sums that one goroutine sees never fall between
// two Takes. The cost is a load for each slot.
func (c *Cell) Sum() uint64 {
	for {
		local := atomic.LoadUint64(&c.local)
		sum := c.slotSum()
		if atomic.LoadUint64(&c.local) == local { // else a Take came between
			return local + sum
		}
	}
}

// Take returns the sum and makes it zero: every addition is in the result of
// exactly one Take. Nothing is written to the slots, which belong to their
// CPUs; what was taken is subtracted from then on.
func (c *Cell) Take() uint64 {
	for {
		local := atomic.LoadUint64(&c.local)
		sum := c.slotSum()
		if atomic.CompareAndSwapUint64(&c.local, local, -sum) {
			return local + sum
		}
	}
}

func (c *Cell) slotSum() (sum uint64) {
	first, last := c.inUse()
	for w := first; w != last; w += stride {
		sum += atomic.LoadUint64(wordAt(w))
	}
	runtime.KeepAlive(c)
	return sum
}

// SumFloat64 is Sum for a cell that holds float64s only.
func (c *Cell) SumFloat64() float64 {
	for {
		local := atomic.LoadUint64(&c.local)
		first, last := c.inUse()
		sum := c.sumFloat64(first, last)
		if atomic.LoadUint64(&c.local) == local {
			return math.Float64frombits(local) + sum
		}
	}
}

// TakeFloat64 is Take for a cell that holds float64s only. The slots go on
// from where they were, so a result is as exact as the sum of all additions
// ever made: for whole numbers, exactly up to 2^53. What was Huge, or came to be, is
// in the result and leaves no trace.
func (c *Cell) TakeFloat64() float64 {
	for {
		local := atomic.LoadUint64(&c.local)
		first, last := c.inUse()
		var spare *uint64                                           // or nothing is there
		if first != 0 && first != asm.Word(c.word.Load()).Slot0() { // 0: not attached then, if it is now
			spare = wordAt(first)
			first += stride
		}
		sum := c.sumFloat64(first, last)
		if atomic.CompareAndSwapUint64(&c.local, local, math.Float64bits(0-sum)) {
			sum += math.Float64frombits(local)
			if spare != nil {
				sum += math.Float64frombits(atomic.SwapUint64(spare, 0))
			}
			runtime.KeepAlive(c)
			return sum
		}
	}
}

// sumFloat64 adds up the words from first until last.
func (c *Cell) sumFloat64(first, last uintptr) (sum float64) {
	for w := first; w != last; w += stride {
		sum += math.Float64frombits(atomic.LoadUint64(wordAt(w)))
	}
	runtime.KeepAlive(c)
	return sum
}

// inUse returns the address of the cell's first word that may have been written,
// and that behind the last; the same twice if there is none.
func (c *Cell) inUse() (first, last uintptr) {
	slot0 := asm.Word(c.word.Load()).Slot0()
	if slot0 == 0 {
		return 0, 0
	}
	before, slots := c.lease.Load().memory.inUse()
	return slot0 - uintptr(before)<<StrideShift, slot0 + uintptr(slots)<<StrideShift
}

// Word returns the cell's word in slot s, 0 to Geometry.Words()-1, of which the
// last Geometry.Overflow are overflow slots, for implementers of Backend. The cell
// must be attached, and stay reachable while the word is used.
func (c *Cell) Word(s int) *uint64 {
	if _, _, _, alone := asm.Word(c.word.Load()).Alone(); alone && !c.turn() {
		return &c.local
	}
	slot0 := asm.Word(c.word.Load()).Slot0()
	if slot0 == 0 {
		panic(noSuchSlot)
	}
	return c.lease.Load().memory.word(slot0, s)
}

// Backend returns the backend that the cell is attached to, or nil.
//
// The word that it begins with is published by who attaches. Callers whose atomics are
// hidden from the race detector have that order all the same, so it must not look here.
//
//go:norace
func (c *Cell) Backend() Backend {
	word := asm.Word(c.word.Load())
	if _, _, _, alone := word.Alone(); !alone && word.Slot0() == 0 {
		return nil
	}
	return c.lease.Load().memory.backend
}

// Attached reports whether Attach has been called.
func (c *Cell) Attached() bool { return c.word.Load() != 0 }

// attaching serializes the attachment of all cells: it happens once for each, or
// twice if it is alone first.
var attaching sync.Mutex

// Attach gives the cell memory of b. It does nothing if the cell is attached
// already. The error says that b has no memory: the cell then works on one
// atomic word of its own.
func (c *Cell) Attach(b Backend) error { return c.attach(b, false) }

func (c *Cell) attach(b Backend, hidden bool) error {
	attaching.Lock()
	defer attaching.Unlock()
	if c.word.Load() != 0 {
		return nil
	}
	m := b.Memory()
	if m.geo.Leaf == LeafHint {
		c.lease.Store(&m.alone)
		c.word.Store(int64(asm.AloneWord(0, 0, 0)))
		return nil
	}
	word, lease, err := m.alloc()
	if err != nil {
		word = asm.NoWord
	} else if hidden {
		word = asm.SlowWord(word.Slot0())
	}
	c.lease.Store(lease)
	c.word.Store(int64(word))
	return err
}

// attachDefault attaches the cell to the default backend if it is not attached
// yet, and that has been selected. It returns the cell's backend, or nil if it has
// none, now or for good.
func (c *Cell) attachDefault() Backend {
	if c.word.Load() == 0 {
		if b, ok := defaultBackend(); ok {
			_ = c.Attach(b) // without memory it works on one word; the Memory counts it
		}
	}
	return c.Backend()
}

// The slow paths of the leaves: for cells not attached yet, for backends that have
// no leaf, for what a leaf can't do on this thread or at this moment.

func addSlow(w unsafe.Pointer, delta int64) {
	c := cellOf(w)
	if b := c.attachDefault(); b != nil && !c.staysAlone() {
		b.Add(c, delta)
	} else {
		AtomicAdd(&c.local, delta)
	}
}

func addFloat64Slow(w unsafe.Pointer, delta float64) {
	c := cellOf(w)
	if b := c.attachDefault(); b != nil && !c.staysAlone() {
		b.AddFloat64(c, delta)
	} else {
		c.SpareAddFloat64(delta)
	}
}
