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
	// word is an asm.Word. It must come first: asm's slow paths get its
	// address and find the Cell there.
	word atomic.Int64

	// local is part of the sum: minus what Take has taken so far, and the
	// additions made before the cell was attached, or all of them if there was
	// no memory for slots. Atomic; word aligns it.
	local uint64

	lease *lease // written before word
}

func init() {
	asm.AddSlow = func(w *asm.Word, delta int64) { cellOf(w).addSlow(delta) }
	asm.AddFloat64Slow = func(w *asm.Word, delta float64) { cellOf(w).addFloat64Slow(delta) }
	asm.CompareAndStoreSlow = func(w *asm.Word, old, new uint64) bool { return cellOf(w).compareAndStoreSlow(old, new) }
}

func cellOf(w *asm.Word) *Cell { return (*Cell)(unsafe.Pointer(w)) }

func (c *Cell) asmWord() *asm.Word { return (*asm.Word)(unsafe.Pointer(&c.word)) }

// Add adds delta to the sum, modulo 2^64. It inlines to one call of an assembly
// leaf.
func (c *Cell) Add(delta int64) { asm.Add(c.asmWord(), delta) }

// AddFloat64 adds delta to the sum of a cell that holds float64s only. Each slot
// rounds its own sum. It inlines to one call of an assembly leaf.
func (c *Cell) AddFloat64(delta float64) { asm.AddFloat64(c.asmWord(), delta) }

// CompareAndStore stores new into one slot's word of the cell if that word is
// old, and reports whether it did: the slot of the CPU that the caller runs on,
// or an overflow slot if its thread can't commit.
func (c *Cell) CompareAndStore(old, new uint64) bool {
	return asm.CompareAndStore(c.asmWord(), old, new)
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
	slot0, words := c.slots()
	for s := range words {
		sum += atomic.LoadUint64(slotWord(slot0, s))
	}
	runtime.KeepAlive(c)
	return sum
}

// SumFloat64 is Sum for a cell that holds float64s only.
func (c *Cell) SumFloat64() float64 {
	for {
		local := atomic.LoadUint64(&c.local)
		sum := c.slotSumFloat64()
		if atomic.LoadUint64(&c.local) == local {
			return math.Float64frombits(local) + sum
		}
	}
}

// TakeFloat64 is Take for a cell that holds float64s only. The slots go on
// from where they were, so a result is as exact as the sum of all additions
// ever made: for whole numbers, exactly up to 2^53.
func (c *Cell) TakeFloat64() float64 {
	for {
		local := atomic.LoadUint64(&c.local)
		sum := c.slotSumFloat64()
		if atomic.CompareAndSwapUint64(&c.local, local, math.Float64bits(-sum)) {
			return math.Float64frombits(local) + sum
		}
	}
}

func (c *Cell) slotSumFloat64() (sum float64) {
	slot0, words := c.slots()
	for s := range words {
		sum += math.Float64frombits(atomic.LoadUint64(slotWord(slot0, s)))
	}
	runtime.KeepAlive(c)
	return sum
}

// slots returns the address of the cell in slot 0 and the number of its words,
// or zeros if it has none.
func (c *Cell) slots() (slot0 uintptr, words int) {
	if slot0 = asm.Word(c.word.Load()).Slot0(); slot0 != 0 {
		words = c.lease.memory.geo.Words()
	}
	return slot0, words
}

// Word returns the cell's word in slot s, 0 to Geometry.Words()-1, for
// implementers of Backend. The cell must be attached, and stay reachable while
// the word is used.
func (c *Cell) Word(s int) *uint64 {
	slot0, words := c.slots()
	if s < 0 || s >= words {
		panic("percpu: Cell.Word of no such slot")
	}
	return slotWord(slot0, s)
}

// Backend returns the backend that the cell is attached to, or nil.
func (c *Cell) Backend() Backend {
	if asm.Word(c.word.Load()).Slot0() == 0 {
		return nil
	}
	return c.lease.memory.backend
}

// attaching serializes the attachment of all cells: it happens once for each.
var attaching sync.Mutex

// Attach gives the cell memory of b. It does nothing if the cell is attached
// already. The error says that b has no memory: the cell then works on one
// atomic word of its own.
func (c *Cell) Attach(b Backend) error {
	attaching.Lock()
	defer attaching.Unlock()
	if c.word.Load() != 0 {
		return nil
	}
	word, lease, err := b.Memory().alloc()
	if err != nil {
		word = asm.NoWord
	}
	c.lease = lease
	c.word.Store(int64(word))
	return err
}

// attachDefault attaches the cell to the default backend if it is not attached
// yet, and reports whether it did: then the operation should be tried again. While
// the backend is being selected it does not.
func (c *Cell) attachDefault() bool {
	if c.word.Load() != 0 {
		return false
	}
	b, ok := defaultBackend()
	if ok {
		_ = c.Attach(b) // without memory it works on one word; the Memory counts it
	}
	return ok
}

// The slow paths of the assembly leaves: for cells not attached yet, for
// backends that have no leaf, for what a leaf can't do on this thread.

func (c *Cell) addSlow(delta int64) {
	if c.attachDefault() {
		c.Add(delta)
	} else if b := c.Backend(); b != nil {
		b.Add(c, delta)
	} else {
		AtomicAdd(&c.local, delta)
	}
}

func (c *Cell) addFloat64Slow(delta float64) {
	if c.attachDefault() {
		c.AddFloat64(delta)
	} else if b := c.Backend(); b != nil {
		b.AddFloat64(c, delta)
	} else {
		AtomicAddFloat64(&c.local, delta)
	}
}

func (c *Cell) compareAndStoreSlow(old, new uint64) bool {
	if c.attachDefault() {
		return c.CompareAndStore(old, new)
	}
	if b := c.Backend(); b != nil {
		return b.CompareAndStore(c, old, new)
	}
	return AtomicCompareAndStore(&c.local, old, new)
}
