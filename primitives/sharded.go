package primitives

import (
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// A Sharded has a T for each CPU, its parts: statistics of several words, small caches,
// queues, buffers that are filled and handed on. Here returns the part of the CPU that
// the caller runs on at this moment; nobody else writes near it.
//
// A T must bear two users at once: the moment is over as soon as Here has returned. The
// goroutine may be preempted or moved before it uses the part, and another one gets the
// same part on that CPU; it may keep the part as long as it likes; threads that have no
// slot of their own share parts. That is seldom, so what the T uses for it, atomics or
// a mutex, is seldom contended. Where a part shall have one holder at a time use a
// [Checkout], for a sum a [Counter].
//
// The zero value is ready, on the default backend. A Sharded must not be copied after
// first use.
//
// Parts are ordinary Go memory: what they point to is reachable, and they live as long
// as the Sharded or a pointer to them. They are made when they are first used, and
// never go away; there are not more than CPUs, or hashes of goroutines where the
// system does not tell the CPU.
//
// In the terminology of the Go memory model the return of New for a part synchronizes
// before the return of each Here or All that yields it. Nothing else is ordered.
//
// A part costs the size of a T and 256 bytes that keep other CPUs away, a Sharded 64
// bytes and 8 for each CPU that the system may have. Here does not allocate once the
// part is there.
type Sharded[T any] struct {
	_ noCopy

	table atomic.Pointer[shardedTable[T]]
	mu    sync.Mutex      // to make parts
	want  backend.Backend // WithBackend's, or nil
	first *T              // made before there was a backend, and not in table; under mu

	// New, if it is not nil, is called with each part once, before Here returns it
	// for the first time. Until then a part is zero. It must be set before the
	// Sharded is used, and must not use it. If it panics or calls runtime.Goexit the
	// part is not used.
	New func(*T)
}

// shardedTable has a place for the part of each slot.
type shardedTable[T any] struct {
	parts []atomic.Pointer[T]
	hash  bool // places are chosen by hash for who has no slot
}

// shardedPart keeps what others write two cache lines away.
type shardedPart[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}

// NewSharded returns a Sharded without parts.
func NewSharded[T any](opts ...Option) *Sharded[T] {
	return &Sharded[T]{want: collect(opts).backend}
}

// Here returns the part of the CPU that the caller runs on, or did a moment ago.
func (s *Sharded[T]) Here() *T {
	if t := s.table.Load(); t != nil {
		if i := backend.Slot(); uint(i) < uint(len(t.parts)) {
			if p := t.parts[i].Load(); p != nil {
				return p
			}
		}
	}
	return s.hereSlow()
}

// hereSlow is Here for a part that is not there yet, or a thread whose slot is not
// known.
func (s *Sharded[T]) hereSlow() *T {
	b, ready := s.want, true
	if b == nil {
		b, ready = defaultIfReady() // may panic
	}
	slot := -1
	if ready {
		slot = backend.SlotSlow(b)
	}
	if t := s.table.Load(); t != nil {
		if i := t.place(slot); t.parts[i].Load() != nil {
			return t.parts[i].Load()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ready {
		// Whoever comes first shares with all others.
		if s.first == nil {
			s.first = s.make()
		}
		return s.first
	}
	t := s.table.Load()
	if t == nil {
		t = newShardedTable[T](b)
		if s.first != nil {
			t.parts[t.place(slot)].Store(s.first)
		}
		s.table.Store(t)
		s.first = nil
	}
	place := &t.parts[t.place(slot)]
	if place.Load() == nil {
		place.Store(s.make())
	}
	return place.Load()
}

func newShardedTable[T any](b backend.Backend) *shardedTable[T] {
	n := b.Memory().Geometry().Slots
	return &shardedTable[T]{parts: make([]atomic.Pointer[T], max(n, 4*runtime.NumCPU()))}
}

// place returns where the part of a slot is; a thread without one has those by the
// hash of its goroutine.
func (t *shardedTable[T]) place(slot int) int {
	if slot < 0 {
		slot = backend.GoroutineHash()
	}
	return int(uint(slot) % uint(len(t.parts)))
}

func (s *Sharded[T]) make() *T {
	p := &new(shardedPart[T]).v
	if s.New != nil {
		s.New(p)
	}
	return p
}

// All yields the parts that are in use, each once, in no particular order. One that is
// made meanwhile may be missing.
func (s *Sharded[T]) All() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, p := range s.parts() {
			if !yield(p) {
				return
			}
		}
	}
}

// parts returns the parts in use at one moment.
func (s *Sharded[T]) parts() (parts []*T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != nil {
		parts = append(parts, s.first)
	}
	if t := s.table.Load(); t != nil {
		for i := range t.parts {
			if p := t.parts[i].Load(); p != nil {
				parts = append(parts, p)
			}
		}
	}
	return parts
}
