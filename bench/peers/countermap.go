package peers

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows of maps of counters.
const (
	KeyCounterRow   = "KeyCounter, percpu rseq"
	SyncMapAtomic   = "sync.Map of *atomic.Int64"
	XsyncMapCounter = "xsync.Map of *Counter"
	XsyncCompute    = "xsync.Map, Compute"
	MutexMap        = "mutex and map"
)

// counterMapRows are the sets of rows beside "countermap": adding 1 to one key, or
// to one of many that are there, at random.
var counterMapRows = []string{"countermap-string", "countermap-1k", "countermap-string-1k", "countermap-1m", "countermap-string-1m"}

func openCounterMaps(h Host, name string) ([]*Contender, []Target, error) {
	switch name {
	case "countermap":
		return CounterMaps(h, intKeys(1)), counterMapTargets("hot int key", sides{0.8, 0.35}), nil
	case "countermap-string":
		return CounterMaps(h, stringKeys(1)), counterMapTargets("hot string key", sides{0.95, 0.4}), nil
	case "countermap-1k":
		return CounterMaps(h, intKeys(1000)), nil, nil
	case "countermap-string-1k":
		return CounterMaps(h, stringKeys(1000)), nil, nil
	case "countermap-1m":
		return CounterMaps(h, intKeys(1_000_000)), nil, nil
	case "countermap-string-1m":
		return CounterMaps(h, stringKeys(1_000_000)), nil, nil
	}
	return nil, nil, fmt.Errorf("no rows %q", name)
}

// counterMapTargets are what CounterMap is meant to achieve.
func counterMapTargets(what string, rseq sides) []Target {
	return append(costTargets("CounterMap.Add, "+what+" / sync.Map of *atomic.Int64", SyncMapAtomic, rseq, sides{1.15, 0.8}),
		Target{"throughput, " + what + ": CounterMap / xsync.Map of *Counter", throughput, row{PercpuRseq, 2}, row{XsyncMapCounter, 2}, atLeast(1.5)},
		Target{"throughput, " + what + ": CounterMap / xsync.Map, Compute", throughput, row{PercpuRseq, 2}, row{XsyncCompute, 2}, atLeast(1.5)},
	)
}

func intKeys(n int) []int {
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i
	}
	return keys
}

func stringKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("GET /users/%d", i)
	}
	return keys
}

// CounterMaps returns contenders that add 1 to the counters of keys.
func CounterMaps[K comparable](h Host, keys []K) (contenders []*Contender) {
	for _, b := range h.backends() {
		contenders = append(contenders, contendCounterMap(b, keys))
	}
	if h.rseq != nil && len(keys) == 1 {
		contenders = append(contenders, contendKeyCounter(namedBackend{KeyCounterRow, h.rseq}, keys[0]))
	}
	return append(contenders, contendSyncMap(keys), contendXsyncMap(keys), contendXsyncCompute(keys), contendMutexMap(keys))
}

// picker chooses among keys. What it costs is small and the same for all.
type picker uint64

func pick[K any](p *picker, keys []K) K {
	*p = *p*6364136223846793005 + 1442695040888963407
	return keys[uint64(*p)>>32*uint64(len(keys))>>32]
}

// contendKeys makes a contender that adds to each key once before it begins.
func contendKeys[K any](role Role, name string, keys []K, add func(key K), one func(n int), many func(p *picker, n int), sum func() int64) *Contender {
	for _, k := range keys {
		add(k)
	}
	pickers := make([]padded[picker], runtime.NumCPU())
	for i := range pickers {
		pickers[i].v = picker(i)
	}
	return contend(role, name, func(thread, n int) {
		if len(keys) == 1 {
			one(n)
			return
		}
		p := pickers[thread].v
		many(&p, n)
		pickers[thread].v = p
	}, func(done int64) error {
		if got, want := sum(), done+int64(len(keys)); got != want {
			return fmt.Errorf("counted %d of %d", got, want)
		}
		return nil
	})
}

func contendCounterMap[K comparable](b namedBackend, keys []K) *Contender {
	c := primitives.NewCounterMap[K](primitives.WithBackend(b.backend))
	return contendKeys(Ours, b.name, keys, c.Inc, func(n int) {
		key := keys[0]
		for range n {
			c.Add(key, 1)
		}
	}, func(p *picker, n int) {
		for range n {
			c.Add(pick(p, keys), 1)
		}
	}, func() (sum int64) {
		for _, n := range c.All() {
			sum += n
		}
		return sum
	})
}

func contendKeyCounter[K comparable](b namedBackend, key K) *Contender {
	c := primitives.NewCounterMap[K](primitives.WithBackend(b.backend)).Counter(key)
	return contend(Ours, b.name, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, counted(c.Load))
}

func contendSyncMap[K comparable](keys []K) *Contender {
	var m sync.Map
	return contendKeys(Peer, SyncMapAtomic, keys, func(key K) {
		n, _ := m.LoadOrStore(key, new(atomic.Int64))
		n.(*atomic.Int64).Add(1)
	}, func(n int) {
		key := keys[0]
		for range n {
			v, _ := m.Load(key)
			v.(*atomic.Int64).Add(1)
		}
	}, func(p *picker, n int) {
		for range n {
			v, _ := m.Load(pick(p, keys))
			v.(*atomic.Int64).Add(1)
		}
	}, func() (sum int64) {
		m.Range(func(_, v any) bool {
			sum += v.(*atomic.Int64).Load()
			return true
		})
		return sum
	})
}

func contendXsyncMap[K comparable](keys []K) *Contender {
	m := xsync.NewMap[K, *xsync.Counter]()
	return contendKeys(Peer, XsyncMapCounter, keys, func(key K) {
		n, _ := m.LoadOrStore(key, xsync.NewCounter())
		n.Add(1)
	}, func(n int) {
		key := keys[0]
		for range n {
			v, _ := m.Load(key)
			v.Add(1)
		}
	}, func(p *picker, n int) {
		for range n {
			v, _ := m.Load(pick(p, keys))
			v.Add(1)
		}
	}, func() (sum int64) {
		m.Range(func(_ K, v *xsync.Counter) bool {
			sum += v.Value()
			return true
		})
		return sum
	})
}

func plusOne(old int64, _ bool) (int64, xsync.ComputeOp) { return old + 1, xsync.UpdateOp }

func contendXsyncCompute[K comparable](keys []K) *Contender {
	m := xsync.NewMap[K, int64]()
	return contendKeys(Peer, XsyncCompute, keys, func(key K) { m.Compute(key, plusOne) }, func(n int) {
		key := keys[0]
		for range n {
			m.Compute(key, plusOne)
		}
	}, func(p *picker, n int) {
		for range n {
			m.Compute(pick(p, keys), plusOne)
		}
	}, func() (sum int64) {
		m.Range(func(_ K, v int64) bool {
			sum += v
			return true
		})
		return sum
	})
}

func contendMutexMap[K comparable](keys []K) *Contender {
	var mu sync.Mutex
	m := make(map[K]int64)
	add := func(key K) {
		mu.Lock()
		m[key]++
		mu.Unlock()
	}
	return contendKeys(Peer, MutexMap, keys, add, func(n int) {
		key := keys[0]
		for range n {
			mu.Lock()
			m[key]++
			mu.Unlock()
		}
	}, func(p *picker, n int) {
		for range n {
			key := pick(p, keys)
			mu.Lock()
			m[key]++
			mu.Unlock()
		}
	}, func() (sum int64) {
		for _, n := range m {
			sum += n
		}
		return sum
	})
}
