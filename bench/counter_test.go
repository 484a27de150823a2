package bench

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// padded keeps a word away from what else is on the heap.
type padded[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}

//go:noinline
func increment(p *int64) { *p++ }

func BenchmarkCounterAdd(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := primitives.NewCounter(primitives.WithBackend(be))
			onBackend(b, be, threads, func(_, n int) {
				for range n {
					c.Add(1)
				}
			})
			if got, want := c.Load(), int64(threads)*int64(b.N+1); got != want {
				b.Fatalf("Load() = %d, want %d", got, want)
			}
		})
	})
	b.Run("impl=atomic.Int64", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := &new(padded[atomic.Int64]).v
			parallel(b, threads, func(_, n int) {
				for range n {
					c.Add(1)
				}
			})
		})
	})
	b.Run("impl=plain", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			cs := make([]padded[int64], threads)
			parallel(b, threads, func(thread, n int) {
				c := &cs[thread].v
				for range n {
					increment(c)
				}
			})
		})
	})
}

func BenchmarkCounterLoad(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := primitives.NewCounter(primitives.WithBackend(be))
			c.Add(1)
			onBackend(b, be, threads, func(_, n int) {
				for range n {
					if c.Load() != 1 {
						panic("wrong sum")
					}
				}
			})
		})
	})
	b.Run("impl=atomic.Int64", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := &new(padded[atomic.Int64]).v
			c.Add(1)
			parallel(b, threads, func(_, n int) {
				for range n {
					if c.Load() != 1 {
						panic("wrong sum")
					}
				}
			})
		})
	})
}

func eachThreadCount(b *testing.B, f func(b *testing.B, threads int)) {
	for _, threads := range threadCounts {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) { f(b, threads) })
	}
}
