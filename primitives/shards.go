package primitives

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// shards are a Sharded but for the type of its parts.
type shards struct {
	n     atomic.Uintptr  // slots that there are places for, 0 until there are any
	table unsafe.Pointer  // the first of the places, which are atomic; written before n
	mu    sync.Mutex      // to make parts
	first unsafe.Pointer  // part made before there was a backend, and not in table; under mu
	want  backend.Backend // WithBackend's, or nil
}

// partMaker makes parts, which only who knows their type can.
type partMaker interface {
	newPart(*shards) unsafe.Pointer
}

// here is Sharded.Here.
func (s *shards) here(maker any) unsafe.Pointer {
	if i := uintptr(backend.Slot()); i < s.n.Load() { // which -1 is not
		if p := atomic.LoadPointer(s.place(i)); p != nil {
			return p
		}
	}
	return s.hereSlow(maker.(partMaker))
}

// hereSlow is here for a part that is not there yet, or a thread whose slot is not
// known.
func (s *shards) hereSlow(maker partMaker) unsafe.Pointer {
	b, ready := s.want, true
	if b == nil {
		b, ready = defaultIfReady() // may panic
	}
	slot := -1
	if ready {
		slot = backend.SlotSlow(b)
	}
	if n := s.n.Load(); n != 0 {
		if p := atomic.LoadPointer(s.place(placeOf(slot, n))); p != nil {
			return p
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ready {
		// Whoever comes before there is a backend shares one part with all others.
		if s.first == nil {
			s.first = maker.newPart(s)
		}
		return s.first
	}
	if s.n.Load() == 0 {
		places := make([]unsafe.Pointer, max(b.Memory().Geometry().Slots, 4*runtime.NumCPU()))
		n := uintptr(len(places))
		places[placeOf(slot, n)], s.first = s.first, nil
		s.table = unsafe.Pointer(unsafe.SliceData(places))
		s.n.Store(n)
	}
	place := s.place(placeOf(slot, s.n.Load()))
	if atomic.LoadPointer(place) == nil {
		atomic.StorePointer(place, maker.newPart(s))
	}
	return atomic.LoadPointer(place)
}

// place returns a place below n.
func (s *shards) place(i uintptr) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(s.table, i*unsafe.Sizeof(s.table)))
}

// placeOf returns the place of the part of a slot, of n. A thread without a slot has the
// part that its goroutine's hash chooses.
func placeOf(slot int, n uintptr) uintptr {
	if slot < 0 {
		slot = backend.GoroutineHash()
	}
	return uintptr(slot) % n
}

// all returns the parts in use at one moment.
func (s *shards) all() (parts []unsafe.Pointer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != nil {
		parts = append(parts, s.first)
	}
	for i := range s.n.Load() {
		if p := atomic.LoadPointer(s.place(i)); p != nil {
			parts = append(parts, p)
		}
	}
	return parts
}
