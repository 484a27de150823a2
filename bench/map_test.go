package bench

import (
	"sync"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

const mapKeys = 1024 // a power of two, so that the loop costs little

func BenchmarkMapLoad(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			m := primitives.NewMap[int, int](primitives.WithBackend(be))
			for k := range mapKeys {
				m.Store(k, k)
			}
			onBackend(b, be, threads, func(_, n int) {
				for i := range n {
					if v, _ := m.Load(i % mapKeys); v != i%mapKeys {
						panic("wrong value")
					}
				}
			})
		})
	})
	b.Run("impl=sync.Map", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			var m sync.Map
			for k := range mapKeys {
				m.Store(k, k)
			}
			parallel(b, threads, func(_, n int) {
				for i := range n {
					if v, _ := m.Load(i % mapKeys); v.(int) != i%mapKeys {
						panic("wrong value")
					}
				}
			})
		})
	})
}

func BenchmarkMapStore(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			m := primitives.NewMap[int, int](primitives.WithBackend(be))
			onBackend(b, be, threads, func(_, n int) {
				for i := range n {
					m.Store(i%mapKeys, i)
				}
			})
		})
	})
	b.Run("impl=sync.Map", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			var m sync.Map
			parallel(b, threads, func(_, n int) {
				for i := range n {
					m.Store(i%mapKeys, i)
				}
			})
		})
	})
}
