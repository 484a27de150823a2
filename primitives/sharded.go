package primitives

import (
	"iter"
	"unsafe"
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
// never go away; there are not more than CPUs, or four hashes of goroutines for each
// where the system does not tell the CPU.
//
// In the terminology of the Go memory model the return of New for a part synchronizes
// before the return of each Here or All that yields it. Nothing else is ordered.
//
// Where the default backend was asked for by name and can't be had, Here panics.
//
// A part costs the size of a T and 256 bytes that keep other CPUs away, a Sharded about
// 64 bytes and 8 for each CPU that the system may have. Here does not allocate once the
// part is there.
type Sharded[T any] struct {
	_ noCopy

	core shards

	// New, if it is not nil, is called with each part once, before Here returns it
	// for the first time. Until then a part is zero. It must be set before the
	// Sharded is used, and must not use it. If it panics or calls runtime.Goexit the
	// part is not used.
	New func(*T)
}

// NewSharded returns a Sharded without parts.
func NewSharded[T any](opts ...Option) *Sharded[T] {
	s := new(Sharded[T])
	s.core.want = collect(opts).backend
	return s
}

// Here returns the part of the CPU that the caller runs on, or did a moment ago.
func (s *Sharded[T]) Here() *T {
	if raceEnabled {
		return (*T)(shardsSlow(unsafe.Pointer(&s.core), (*shardMaker[T])(nil)))
	}
	return (*T)(s.core.table.Here((*shardMaker[T])(nil), shardsSlow))
}

// All yields the parts that are in use, each once, in no particular order. One that is
// made meanwhile may be missing.
func (s *Sharded[T]) All() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, p := range s.core.all() {
			if !yield((*T)(p)) {
				return
			}
		}
	}
}

// shardMaker makes parts for shards that are those of a Sharded[T]. It is empty, and
// what tells them their type.
type shardMaker[T any] struct{}

var _ partMaker = (*shardMaker[int])(nil)

func (*shardMaker[T]) newPart(c *shards) unsafe.Pointer {
	s := (*Sharded[T])(unsafe.Add(unsafe.Pointer(c), -int(unsafe.Offsetof(Sharded[T]{}.core))))
	p := &new(shardedPart[T]).v
	if s.New != nil {
		s.New(p)
	}
	return unsafe.Pointer(p)
}

// shardedPart keeps what others write two cache lines away.
type shardedPart[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}
