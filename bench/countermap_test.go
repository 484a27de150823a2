package bench

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

func BenchmarkCounterMapAdd(b *testing.B) {
	for _, keys := range []int{1, 1000} {
		b.Run(fmt.Sprintf("keys=%d", keys), func(b *testing.B) {
			benchmarkCounterMapAdd(b, keys)
		})
	}
}

func benchmarkCounterMapAdd(b *testing.B, keys int) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := primitives.NewCounterMap[int](primitives.WithBackend(be))
			onBackend(b, be, threads, func(_, n int) {
				for i := range n {
					c.Add(i%keys, 1)
				}
			})
			sum := int64(0)
			for _, n := range c.All() {
				sum += n
			}
			if want := int64(threads) * int64(b.N+1); sum != want {
				b.Fatalf("the sum is %d, want %d", sum, want)
			}
		})
	})
	b.Run("impl=sync.Map", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			var m sync.Map
			for k := range keys {
				m.Store(k, new(atomic.Int64))
			}
			parallel(b, threads, func(_, n int) {
				for i := range n {
					v, _ := m.Load(i % keys)
					v.(*atomic.Int64).Add(1)
				}
			})
		})
	})
	b.Run("impl=mutex", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			var mu sync.Mutex
			m := make(map[int]int64)
			parallel(b, threads, func(_, n int) {
				for i := range n {
					mu.Lock()
					m[i%keys]++
					mu.Unlock()
				}
			})
		})
	})
}

func BenchmarkKeyCounterAdd(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			c := primitives.NewCounterMap[int](primitives.WithBackend(be)).Counter(1)
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
}
