package primitives

import (
	"math/bits"
	"runtime"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// shelves are a list's stacks where there are no sections, in Go's memory and by
// Go's atomics. They begin as one shelf for all, which needs no hint. When two have
// met there often enough, there is one for each CPU, or for each hash of
// goroutines, for good.
type shelves struct {
	tag      uintptr
	capacity int
	backend  backend.Backend
	several  atomic.Pointer[several]

	_   [64]byte // what is above is only read
	one shelf    // until there are several
}

var _ cpuStacks = (*shelves)(nil)

func newShelves(b backend.Backend, capacity int, tag uintptr) *shelves {
	s := &shelves{tag: tag, capacity: capacity, backend: b}
	s.one.items = make([]uintptr, capacity-1)
	return s
}

// several is a shelf for each slot.
type several struct {
	byCPU bool                    // slots are CPUs' numbers
	slots []atomic.Pointer[shelf] // each is made when it is first used, under the list's mu
}

// cpuHinted is backend.CPUHinted, or what stands for it in tests.
var cpuHinted = backend.CPUHinted

// newSeveral returns as many slots as the backend has, but not more than serve:
// CPUs whose numbers are alike share one. Goroutines' hashes collide often unless
// there are several slots for each that can run.
func newSeveral(g backend.Geometry) *several {
	v := &several{byCPU: g.Leaf == backend.LeafHint && cpuHinted()}
	n := 4 * runtime.NumCPU()
	if v.byCPU {
		n = min(n, g.Slots)
	}
	v.slots = make([]atomic.Pointer[shelf], 1<<bits.Len(uint(n-1)))
	return v
}

// slot returns where the shelf of this CPU or goroutine is.
func (v *several) slot() *atomic.Pointer[shelf] {
	if v.byCPU {
		return &v.slots[backend.CPUHint()&(len(v.slots)-1)]
	}
	return &v.slots[backend.GoroutineHash()&(len(v.slots)-1)]
}

// enoughMeets is how often two meet at one shelf before there are several.
const enoughMeets = 16

// crowded reports whether there should be several shelves.
func (s *shelves) crowded() bool {
	return s.one.met.Load() >= enoughMeets && s.several.Load() == nil
}

// split makes several shelves if there should be, appends what was on the one to
// items, and returns that. The one stays closed. The caller holds mu.
func (s *shelves) split(items []uintptr) []uintptr {
	if s.crowded() {
		s.one.close()
		items = s.one.takeAll(items)
		s.several.Store(newSeveral(s.backend.Memory().Geometry()))
	}
	return items
}

// mine returns the shelf to use, or nil if that is not there.
func (s *shelves) mine() *shelf {
	if v := s.several.Load(); v != nil {
		return v.slot().Load()
	}
	if s.crowded() {
		return nil
	}
	return &s.one
}

func (s *shelves) name() string { return s.backend.Name() }

// here is mine, and makes the shelf if need be. The caller holds mu.
func (s *shelves) here() *shelf {
	v := s.several.Load()
	if v == nil {
		return &s.one
	}
	slot := v.slot()
	h := slot.Load()
	if h == nil {
		// What another CPU writes shall not be within two cache lines.
		h = &shelf{items: make([]uintptr, s.capacity-1, (s.capacity-1+15)&^15)}
		slot.Store(h)
	}
	return h
}

func (s *shelves) push(addr uintptr) bool {
	h := s.mine()
	return h != nil && (h.giveFirst(addr) || h.give(addr))
}

func (s *shelves) pop() uintptr {
	h := s.here()
	if addr := h.takeFirst(); addr != 0 {
		return addr
	}
	return h.take()
}

func (s *shelves) pushBatch(addrs []uintptr) bool { return s.here().giveBatch(addrs) }
func (s *shelves) popBatch(into []uintptr) int    { return s.here().takeBatch(into) }

// empty leaves it to drain, which costs no fence here.
func (s *shelves) empty() bool { return false }

func (s *shelves) drain(items []uintptr) ([]uintptr, error) {
	for h := range s.all {
		h.close()
	}
	for h := range s.all {
		items = h.takeAll(items)
		h.open()
	}
	return items, nil
}

func (s *shelves) len() (n int) {
	for h := range s.all {
		n += h.len()
	}
	return n
}

func (s *shelves) pops() (n uint64) {
	if s.several.Load() != nil {
		n = s.one.pops() // before
	}
	for h := range s.all {
		n += h.pops()
	}
	return n
}

// all yields the shelves that there are.
func (s *shelves) all(yield func(*shelf) bool) {
	v := s.several.Load()
	if v == nil {
		yield(&s.one)
		return
	}
	for i := range v.slots {
		if h := v.slots[i].Load(); h != nil && !yield(h) {
			return
		}
	}
}
