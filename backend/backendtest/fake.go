package backendtest

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// Script says what happens to a Fake's operations. The zero value of a field
// means never.
type Script struct {
	Possible   []int // numbers of the CPUs there are; default 0
	Threads    int   // how many there are to move between; default 1
	MoveEvery  int   // another thread, and so another CPU, after this many operations
	AbortEvery int   // this one of the attempts to commit is aborted
	FailEvery  int   // this one of the threads can't be registered
	FailFence  bool  // every Fence fails
	Fault      Fault
}

// Fault is a mistake that an implementation could make. It is there to be
// caught by the checks.
type Fault string

const (
	NoFault          Fault = ""
	LoseOnAbort      Fault = "lose on abort"       // an aborted operation is not started again
	CommitOnAbort    Fault = "commit on abort"     // post_commit too late: committed, and started again
	StaleIndex       Fault = "stale index"         // goes on where it was after a move, from what it had loaded
	DropUnregistered Fault = "drop unregistered"   // nothing is done on threads without registration
	SumsWithoutSlot  Fault = "sums without a slot" // adds to a word that is no slot's
	FenceOutOfBounds Fault = "fence out of bounds" // accepts any slot
	KeepInfinity     Fault = "keep infinity"       // AddFloat64 adds to a slot whatever comes out
	IgnoreGuard      Fault = "ignore guard"        // AddIfZero, Take, NextInBlock and Max do it whatever the guard is
	TakeTooMuch      Fault = "take too much"       // Take takes what is not there
	RepeatNumber     Fault = "repeat number"       // NextInBlock returns some numbers twice
	ForgetMax        Fault = "forget max"          // Max replaces what is more
	SlotOutOfBounds  Fault = "slot out of bounds"  // Slot tells one that there is not

	// Of stacks only.
	PopTwice      Fault = "pop twice"      // some Pops leave the item where it is
	PushOverFull  Fault = "push over full" // a push is done though there is no room
	PartialPush   Fault = "partial push"   // PushBatch pushes what there is room for
	BatchReversed Fault = "batch reversed" // PushBatch pushes the last item first
	IgnoreClosed  Fault = "ignore closed"  // goes on with stacks that are closed
	FenceTooSoon  Fault = "fence too soon" // a Fence does not wait for operations
)

// Fake is a backend that simulates threads, CPUs, registrations and aborts by
// script, one operation at a time. It is exact unless its script has a Fault.
type Fake struct {
	script Script
	memory *backend.Memory

	mu         sync.Mutex
	stats      backend.Stats
	operations int
	attempts   int
	registered map[int]bool // by thread; absent: not tried yet
	lost       uint64       // what SumsWithoutSlot adds to
}

// NewFake returns a Fake that follows the script.
func NewFake(s Script) (*Fake, error) {
	if len(s.Possible) == 0 {
		s.Possible = []int{0}
	}
	if s.Threads == 0 {
		s.Threads = 1
	}
	f := &Fake{script: s, registered: make(map[int]bool)}
	g := backend.Geometry{Slots: s.Possible[len(s.Possible)-1] + 1, Overflow: 1}
	var err error
	f.memory, err = backend.NewMemory(f, g)
	return f, err
}

// Name returns "fake".
func (f *Fake) Name() string { return "fake" }

// Memory returns the fake's memory.
func (f *Fake) Memory() *backend.Memory { return f.memory }

// Stats returns what the script has brought about.
func (f *Fake) Stats() backend.Stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stats
}

// Fence checks the slot, and waits for the operation under way.
func (f *Fake) Fence(slot int) error {
	if f.script.Fault != FenceTooSoon {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	if f.script.FailFence {
		return fmt.Errorf("percpu/backendtest: fence: by script: %w", backend.ErrNotSupported)
	}
	if (slot < backend.AllSlots || slot >= f.memory.Geometry().Slots) && f.script.Fault != FenceOutOfBounds {
		return fmt.Errorf("percpu/backendtest: fence: no slot %d", slot)
	}
	return nil
}

// Add adds delta to the cell.
func (f *Fake) Add(c *backend.Cell, delta int64) {
	f.do(c, func(word uint64) (uint64, bool) { return word + uint64(delta), true })
}

// AddFloat64 adds delta to the cell, which holds float64s.
func (f *Fake) AddFloat64(c *backend.Cell, delta float64) {
	added := f.do(c, func(word uint64) (uint64, bool) {
		sum := math.Float64frombits(word) + delta
		return math.Float64bits(sum), !backend.Huge(sum) || f.script.Fault == KeepInfinity
	})
	if !added {
		c.SpareAddFloat64(delta)
	}
}

// AddIfZero adds delta to the cell if the guard is zero.
func (f *Fake) AddIfZero(g *backend.GuardedCell, delta int64) bool {
	return f.do(g.Cell(), func(word uint64) (uint64, bool) {
		return word + uint64(delta), g.Guard().Load() == 0 || f.script.Fault == IgnoreGuard
	})
}

// Take takes n from the cell if it holds that many and the guard is zero.
func (f *Fake) Take(g *backend.GuardedCell, n int64) bool {
	return f.do(g.Cell(), func(word uint64) (uint64, bool) {
		enough := int64(word) >= n || f.script.Fault == TakeTooMuch
		return word - uint64(n), enough && (g.Guard().Load() == 0 || f.script.Fault == IgnoreGuard)
	})
}

// NextInBlock returns the cell's next number.
func (f *Fake) NextInBlock(g *backend.GuardedCell, block uint64) (next uint64) {
	f.do(g.Cell(), func(word uint64) (uint64, bool) {
		guard := g.Guard().Load()
		if f.script.Fault == IgnoreGuard {
			guard = 0
		}
		next = backend.NextAfter(word, guard, block)
		if f.script.Fault == RepeatNumber && next%7 == 3 {
			return next, true
		}
		return next + 1, next != 0
	})
	return next
}

// Max makes the cell v if that is more.
func (f *Fake) Max(g *backend.GuardedCell, v uint64) {
	done := f.do(g.Cell(), func(word uint64) (uint64, bool) {
		if f.script.Fault == ForgetMax {
			return v, true
		}
		return max(word, v), g.Guard().Load() == 0 || f.script.Fault == IgnoreGuard
	})
	if !done {
		g.LocalMax(v)
	}
}

// Slot returns the slot of the present thread, or -1.
func (f *Fake) Slot() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.operations++
	if slot, ok := f.slot(); ok {
		if f.script.Fault == SlotOutOfBounds {
			return slot + f.memory.Geometry().Slots
		}
		return slot
	}
	return -1
}

// do carries out one operation: compute says what to store for what was loaded,
// and whether to store at all, which do returns.
func (f *Fake) do(c *backend.Cell, compute func(word uint64) (uint64, bool)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.operations++
	if every(f.script.MoveEvery, f.operations) {
		f.move()
	}
	for {
		word := f.word(c)
		if word == nil {
			return true
		}
		result, store := compute(load(word))
		if !store {
			return false
		}
		f.attempts++
		if !every(f.script.AbortEvery, f.attempts) {
			commit(word, result)
			return true
		}
		f.stats.Aborts++
		f.move()
		switch f.script.Fault {
		case LoseOnAbort:
			return true
		case CommitOnAbort:
			commit(word, result)
		case StaleIndex:
			commit(f.word(c), result)
			return true
		}
	}
}

// move continues on the next thread, on the next CPU.
func (f *Fake) move() { f.operations += max(1, f.script.MoveEvery) }

func (f *Fake) thread() int { return f.operations / max(1, f.script.MoveEvery) % f.script.Threads }

// slot returns the slot of the present thread, registering it first if it is
// new, and whether it could be registered.
func (f *Fake) slot() (slot int, ok bool) {
	thread := f.thread()
	ok, known := f.registered[thread]
	if !known {
		ok = !every(f.script.FailEvery, len(f.registered)+1)
		f.registered[thread] = ok
		if ok {
			f.stats.Registrations++
		} else {
			f.stats.Failures = map[string]uint64{"EINVAL": f.stats.Failures["EINVAL"] + 1}
		}
	}
	return f.script.Possible[thread%len(f.script.Possible)], ok
}

// word returns the word that the present thread writes.
func (f *Fake) word(c *backend.Cell) *uint64 {
	slot, ok := f.slot()
	switch {
	case f.script.Fault == SumsWithoutSlot:
		return &f.lost
	case ok:
		return c.Word(slot)
	case f.script.Fault == DropUnregistered:
		return nil
	}
	f.stats.Overflows++
	return c.Word(f.memory.Geometry().Slots)
}

func every(n, i int) bool { return n > 0 && i%n == 0 }

// The words are read by Cell.Sum meanwhile.

func load(w *uint64) uint64      { return atomic.LoadUint64(w) }
func commit(w *uint64, v uint64) { atomic.StoreUint64(w, v) }
