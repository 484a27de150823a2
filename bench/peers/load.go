package peers

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/VictoriaMetrics/metrics"
	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
)

// CounterLoads returns contenders that read a counter to which every CPU has
// added 1, while nobody adds. Prometheus counters have no method to read them.
func CounterLoads(h Host) (contenders []*Contender, err error) {
	for _, b := range h.backends() {
		c := primitives.NewCounter(primitives.WithBackend(b.backend))
		contenders = append(contenders, contendLoad(Ours, b.name, c.Add, func(n int) (sum int64) {
			for range n {
				sum += c.Load()
			}
			return sum
		}, &err))
	}
	word := &new(padded[atomic.Int64]).v
	pin := newProcPinCounter()
	xs := xsync.NewCounter()
	vm := metrics.NewSet().NewCounter("peers_total")
	return append(contenders,
		contendLoad(Peer, AtomicInt64, func(d int64) { word.Add(d) }, func(n int) (sum int64) {
			for range n {
				sum += word.Load()
			}
			return sum
		}, &err),
		contendLoad(Peer, ProcPinAdd, pin.Add, func(n int) (sum int64) {
			for range n {
				sum += pin.Load()
			}
			return sum
		}, &err),
		contendLoad(Peer, XsyncCounter, xs.Add, func(n int) (sum int64) {
			for range n {
				sum += xs.Value()
			}
			return sum
		}, &err),
		contendLoad(Peer, Victoria, vm.AddInt64, func(n int) (sum int64) {
			for range n {
				sum += int64(vm.Get())
			}
			return sum
		}, &err),
	), err
}

// contendLoad adds 1 on every CPU at once. What the loads returned is added up,
// so that none is left out, and compared with what they should have returned.
func contendLoad(role Role, name string, add func(int64), load func(n int) int64, failed *error) *Contender {
	var value atomic.Int64
	if err := bench.OnEachCPU(func(int) { add(1); value.Add(1) }); err != nil {
		*failed = err
	}
	sums := make([]padded[int64], runtime.NumCPU())
	return contend(role, name, func(thread, n int) {
		sums[thread].v += load(n)
	}, func(done int64) error {
		if got, want := sumWords(sums)(), done*value.Load(); got != want {
			return fmt.Errorf("%d loads returned %d altogether, want %d", done, got, want)
		}
		return nil
	})
}
