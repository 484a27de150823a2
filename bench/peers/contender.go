package peers

import (
	"fmt"
	"sync/atomic"

	"github.com/percpu-go/percpu/bench"
)

// Role says what a row is to the comparison.
type Role string

const (
	Ours  Role = "ours"
	Peer  Role = "peer"
	Limit Role = "limit"
)

// Contender is an implementation, with a way to see that it did its work.
type Contender struct {
	bench.Impl
	Role Role

	// Check says whether all operations of the loop left their mark. It is to
	// be called when nothing runs.
	Check func() error
}

// contend makes a contender of a loop. The operations are counted once for each
// call of the loop, alike for all, and done is told how many there were.
func contend(role Role, name string, loop func(thread, n int), check func(done int64) error) *Contender {
	done := new(padded[atomic.Int64])
	return &Contender{
		Role: role,
		Impl: bench.Impl{Name: name, Loop: func(thread, n int) {
			loop(thread, n)
			done.v.Add(int64(n))
		}},
		Check: func() error {
			if err := check(done.v.Load()); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		},
	}
}

// counted wants sum to return one for each operation.
func counted(sum func() int64) func(done int64) error {
	return func(done int64) error {
		if got := sum(); got != done {
			return fmt.Errorf("counted %d of %d", got, done)
		}
		return nil
	}
}

// summed wants sum to return half of one for each operation, which is exact in
// binary as long as sums stay below 2^52.
func summed(sum func() float64) func(done int64) error {
	return func(done int64) error {
		if got, want := sum(), float64(done)/2; got != want {
			return fmt.Errorf("sum %g, want %g", got, want)
		}
		return nil
	}
}

// byThreads is a value for each number of threads. What was used by two CPUs at once
// is not what one thread has, where values begin without parts for CPUs.
type byThreads[T any] struct {
	make func() T
	all  map[int]T
	now  T
}

func newByThreads[T any](f func() T) *byThreads[T] {
	return &byThreads[T]{make: f, all: make(map[int]T), now: f()}
}

// prepare is a bench.Impl's Prepare.
func (b *byThreads[T]) prepare(threads int) {
	if _, ok := b.all[threads]; !ok {
		b.all[threads] = b.make()
	}
	b.now = b.all[threads]
}

// prepared sets what is called before a contender's loops.
func (c *Contender) prepared(f func(threads int)) *Contender {
	c.Prepare = f
	return c
}

// padded keeps a word away from what else is on the heap.
type padded[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}

// Impls returns what package bench wants of contenders.
func Impls(contenders []*Contender) []bench.Impl {
	impls := make([]bench.Impl, len(contenders))
	for i, c := range contenders {
		impls[i] = c.Impl
	}
	return impls
}
