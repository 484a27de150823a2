package bench

import (
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// mutexFloat is a float64 under a lock.
type mutexFloat struct {
	mu  sync.Mutex
	sum float64
}

func (f *mutexFloat) Add(delta float64) {
	f.mu.Lock()
	f.sum += delta
	f.mu.Unlock()
}

// casFloat is a float64 in an atomic word, as Prometheus clients have it.
type casFloat struct{ bits atomic.Uint64 }

func (f *casFloat) Add(delta float64) {
	for {
		old := f.bits.Load()
		if f.bits.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+delta)) {
			return
		}
	}
}

func BenchmarkFloatCounterAdd(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := primitives.NewFloatCounter(primitives.WithBackend(be))
			onBackend(b, be, threads, func(_, n int) {
				for range n {
					c.Add(1)
				}
			})
			if got, want := c.Load(), float64(threads)*float64(b.N+1); got != want {
				b.Fatalf("Load() = %g, want %g", got, want)
			}
		})
	})
	b.Run("impl=mutex", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := &new(padded[mutexFloat]).v
			parallel(b, threads, func(_, n int) {
				for range n {
					c.Add(1)
				}
			})
		})
	})
	b.Run("impl=cas", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := &new(padded[casFloat]).v
			parallel(b, threads, func(_, n int) {
				for range n {
					c.Add(1)
				}
			})
		})
	})
}
