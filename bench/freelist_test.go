package bench

import (
	"sync"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// object is what is kept: two cache lines.
type object struct{ _ [16]uint64 }

func BenchmarkFreeListGetPut(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			l := primitives.NewFreeList[object](primitives.WithBackend(be))
			onBackend(b, be, threads, func(_, n int) {
				for range n {
					l.Put(l.Get())
				}
			})
		})
	})
	b.Run("impl=sync.Pool", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			l := &sync.Pool{New: func() any { return new(object) }}
			parallel(b, threads, func(_, n int) {
				for range n {
					l.Put(l.Get().(*object))
				}
			})
		})
	})
}
