package peers

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
)

// CounterMapMemory makes maps of counters with keys that were added to once, as
// most keys are, and compares what they take of the heap. The keys themselves are
// not counted.
func CounterMapMemory() Group {
	g := Group{Name: "countermap-memory"}
	for _, n := range []int{1000, 1_000_000} {
		g.Verdicts = append(g.Verdicts, compareSizes("int", intKeys(n))...)
		g.Verdicts = append(g.Verdicts, compareSizes("string", stringKeys(n))...)
	}
	return g
}

func compareSizes[K comparable](kind string, keys []K) (verdicts []Verdict) {
	ours := bytesPerKey(keys, func() any {
		c := primitives.NewCounterMap[K]()
		for _, k := range keys {
			c.Inc(k)
		}
		return c
	})
	for _, peer := range []struct {
		name string
		fill func() any
	}{
		{SyncMapAtomic, func() any {
			m := new(sync.Map)
			for _, k := range keys {
				n := new(atomic.Int64)
				n.Add(1)
				m.Store(k, n)
			}
			return m
		}},
		{XsyncMapCounter, func() any {
			m := xsync.NewMap[K, *xsync.Counter]()
			for _, k := range keys {
				n := xsync.NewCounter()
				n.Add(1)
				m.Store(k, n)
			}
			return m
		}},
		{XsyncCompute, func() any {
			m := xsync.NewMap[K, int64]()
			for _, k := range keys {
				m.Compute(k, plusOne)
			}
			return m
		}},
		{MutexMap, func() any {
			m := make(map[K]int64)
			for _, k := range keys {
				m[k]++
			}
			return m
		}},
	} {
		theirs := bytesPerKey(keys, peer.fill)
		verdicts = append(verdicts, Verdict{
			What:  fmt.Sprintf("bytes per key, %d %ss: CounterMap %.0f / %s %.0f", len(keys), kind, ours, peer.name, theirs),
			Bound: atMost(peerBound(peer.name)),
			Ratio: bench.Ratio{Median: ours / theirs, Minima: ours / theirs},
		})
	}
	return verdicts
}

// peerBound is what a CounterMap may take: less than what can be contended, and
// not much more than what can't.
func peerBound(name string) float64 {
	switch name {
	case XsyncCompute, MutexMap:
		return 3
	}
	return 1
}

func bytesPerKey[K any](keys []K, fill func() any) float64 {
	before := heapAlloc()
	m := fill()
	after := heapAlloc()
	runtime.KeepAlive(m)
	runtime.KeepAlive(keys)
	return float64(int64(after-before)) / float64(len(keys))
}
