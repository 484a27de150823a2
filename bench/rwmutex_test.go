//lint:file-ignore SA2001 empty critical sections are what is tested

package bench

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

func BenchmarkRWMutexRLock(b *testing.B) {
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			rw := primitives.NewRWMutex(primitives.WithBackend(be))
			onBackend(b, be, threads, func(_, n int) {
				for range n {
					rw.RLock()
					rw.RUnlock()
				}
			})
		})
	})
	b.Run("impl=sync.RWMutex", func(b *testing.B) {
		eachThreadCount(b, func(b *testing.B, threads int) {
			rw := new(sync.RWMutex)
			parallel(b, threads, func(_, n int) {
				for range n {
					rw.RLock()
					rw.RUnlock()
				}
			})
		})
	})
}

// BenchmarkRWMutexWriterLatency reports how long a Lock waits that comes every
// millisecond while readers never pause.
func BenchmarkRWMutexWriterLatency(b *testing.B) {
	latency := func(b *testing.B, rw interface {
		Lock()
		Unlock()
		RLock()
		RUnlock()
	}) {
		var stop atomic.Bool
		var wg sync.WaitGroup
		for range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for !stop.Load() {
					rw.RLock()
					rw.RUnlock()
				}
			}()
		}
		waits := make([]time.Duration, 0, b.N)
		for range b.N {
			time.Sleep(time.Millisecond)
			start := time.Now()
			rw.Lock()
			waits = append(waits, time.Since(start))
			rw.Unlock()
		}
		stop.Store(true)
		wg.Wait()
		slices.Sort(waits)
		for _, q := range []struct {
			name string
			at   int
		}{{"p50-ns", len(waits) / 2}, {"p99-ns", len(waits) * 99 / 100}, {"max-ns", len(waits) - 1}} {
			b.ReportMetric(float64(waits[q.at]), q.name)
		}
		b.ReportMetric(0, "ns/op")
	}
	eachBackend(b, func(b *testing.B, be backend.Backend) {
		latency(b, primitives.NewRWMutex(primitives.WithBackend(be)))
	})
	b.Run("impl=sync.RWMutex", func(b *testing.B) { latency(b, new(sync.RWMutex)) })
}
