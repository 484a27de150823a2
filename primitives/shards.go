package primitives

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// shards are a Sharded but for the type of its parts.
type shards struct {
	table backend.Table   // must come first: slow paths get its address
	mu    sync.Mutex      // to make parts
	first unsafe.Pointer  // part made before there was a backend, and not in table; under mu
	want  backend.Backend // WithBackend's, or nil
}

var _ [unsafe.Offsetof(shards{}.table)]struct{} = [0]struct{}{}

// partMaker makes parts, which only who knows their type can.
type partMaker interface {
	newPart(*shards) unsafe.Pointer
}

// shardsSlow returns a part where a leaf has found none: it is not there yet, or
// the thread's slot is not known.
func shardsSlow(table unsafe.Pointer, maker any) unsafe.Pointer {
	s := (*shards)(table)
	b, ready := wantedIfReady(s.want) // may panic
	slot := -1
	if ready {
		slot = backend.SlotSlow(b)
	}
	if n := s.table.Len(); n != 0 {
		if p := s.table.Get(placeOf(slot, n)); p != nil {
			return p
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ready {
		// Whoever comes before there is a backend shares one part with all others.
		if s.first == nil {
			s.first = maker.(partMaker).newPart(s)
		}
		return s.first
	}
	if s.table.Len() == 0 {
		s.table.Make(max(b.Memory().Geometry().Slots, 4*runtime.NumCPU()))
		if s.first != nil {
			s.table.Set(placeOf(slot, s.table.Len()), s.first)
			s.first = nil
		}
	}
	place := placeOf(slot, s.table.Len())
	p := s.table.Get(place)
	if p == nil {
		p = maker.(partMaker).newPart(s)
		s.table.Set(place, p)
	}
	return p
}

// placeOf returns the place of the part of a slot, of n. A thread without a slot has the
// part that its goroutine's hash chooses.
func placeOf(slot, n int) int {
	if slot < 0 {
		slot = backend.GoroutineHash()
	}
	return int(uint(slot) % uint(n))
}

// all returns the parts in use at one moment.
func (s *shards) all() (parts []unsafe.Pointer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != nil {
		parts = append(parts, s.first)
	}
	for i := range s.table.Len() {
		if p := s.table.Get(i); p != nil {
			parts = append(parts, p)
		}
	}
	return parts
}
