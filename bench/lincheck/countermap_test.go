package lincheck

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

const (
	counterKeys = 2
	hotAdds     = 1100 // make a key of a CounterMap hot
)

// counterMap is primitives.CounterMap.
type counterMap struct {
	*primitives.CounterMap[int]
	kept [counterKeys]*primitives.KeyCounter[int]
}

// newCounterMap returns one with every key counted up to start.
func newCounterMap(start int64, opts ...primitives.CounterMapOption) Counters {
	c := &counterMap{CounterMap: primitives.NewCounterMap[int](opts...)}
	for k := range c.kept {
		c.kept[k] = c.Counter(k)
		for range start {
			c.kept[k].Inc()
		}
	}
	return c
}

func (c *counterMap) AddKept(k int, delta int64) { c.kept[k].Add(delta) }
func (c *counterMap) LoadKept(k int) int64       { return c.kept[k].Load() }

// TestCounterMap: on each backend, with keys that begin absent, and as ones that
// have parts on the CPUs.
func TestCounterMap(t *testing.T) {
	for _, candidate := range primitives.Candidates() {
		b, err := candidate.Open()
		if err != nil {
			t.Logf("no %s backend: %v", candidate.Name, err)
			continue
		}
		for _, start := range []int64{0, hotAdds} {
			for _, ones := range []bool{true, false} {
				t.Run(fmt.Sprintf("backend=%s/start=%d/ones=%t", b.Name(), start, ones), func(t *testing.T) {
					Check(t, CounterScenario(2, counterKeys, 8, ones, start, func() Counters {
						return newCounterMap(start, primitives.WithBackend(b))
					}), Histories(t))
				})
			}
		}
	}
}

// mutexCounters is a map under a mutex: it tests the model.
type mutexCounters struct {
	mu sync.Mutex
	m  map[int]int64
}

func (c *mutexCounters) Add(k int, delta int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k] += delta
}

func (c *mutexCounters) Load(k int) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m[k]
}

func (c *mutexCounters) Delete(k int) (int64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.m[k]
	delete(c.m, k)
	return n, ok
}

func (c *mutexCounters) Range(f func(int, int64) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, n := range c.m {
		if !f(k, n) {
			return
		}
	}
}

func (c *mutexCounters) Reset() map[int]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.m
	c.m = make(map[int]int64)
	return m
}

func (c *mutexCounters) AddKept(k int, delta int64) { c.Add(k, delta) }
func (c *mutexCounters) LoadKept(k int) int64       { return c.Load(k) }

func TestMutexCounters(t *testing.T) {
	for _, ones := range []bool{true, false} {
		Check(t, CounterScenario(2, counterKeys, 8, ones, 0, func() Counters {
			return &mutexCounters{m: make(map[int]int64)}
		}), Histories(t))
	}
}

// hastyCounters has a bug: what is added between its Load and its Delete is lost.
type hastyCounters struct{ Counters }

func (c hastyCounters) Delete(k int) (int64, bool) {
	n := c.Load(k)
	runtime.Gosched()
	_, ok := c.Counters.Delete(k)
	if !ok {
		n = 0
	}
	return n, ok
}

// atomicCounters is what people have: atomics in a sync.Map. An Add that has
// looked its counter up before a Delete adds to what nobody sees any more.
type atomicCounters struct{ m sync.Map }

func (c *atomicCounters) counter(k int) *atomic.Int64 {
	n, ok := c.m.Load(k)
	if !ok {
		n, _ = c.m.LoadOrStore(k, new(atomic.Int64))
	}
	return n.(*atomic.Int64)
}

func (c *atomicCounters) Add(k int, delta int64) {
	n := c.counter(k)
	runtime.Gosched()
	n.Add(delta)
}

func (c *atomicCounters) Load(k int) int64 {
	if n, ok := c.m.Load(k); ok {
		return n.(*atomic.Int64).Load()
	}
	return 0
}

func (c *atomicCounters) Delete(k int) (int64, bool) {
	n, ok := c.m.LoadAndDelete(k)
	if !ok {
		return 0, false
	}
	return n.(*atomic.Int64).Load(), true
}

func (c *atomicCounters) Range(f func(int, int64) bool) {
	c.m.Range(func(k, n any) bool { return f(k.(int), n.(*atomic.Int64).Load()) })
}

func (c *atomicCounters) Reset() map[int]int64 {
	all := make(map[int]int64)
	c.m.Range(func(k, _ any) bool {
		if n, ok := c.Delete(k.(int)); ok {
			all[k.(int)] = n
		}
		return true
	})
	return all
}

func (c *atomicCounters) AddKept(k int, delta int64) { c.Add(k, delta) }
func (c *atomicCounters) LoadKept(k int) int64       { return c.Load(k) }

func TestPlantedCounterBugsAreFound(t *testing.T) {
	for _, start := range []int64{0, hotAdds} {
		t.Run(fmt.Sprintf("hasty/start=%d", start), func(t *testing.T) {
			Find(t, CounterScenario(2, counterKeys, 8, false, start, func() Counters {
				return hastyCounters{newCounterMap(start)}
			}))
		})
	}
	t.Run("atomics in a sync.Map", func(t *testing.T) {
		Find(t, CounterScenario(2, counterKeys, 8, false, 0, func() Counters { return new(atomicCounters) }))
	})
}

// noFence is a backend that says it has fenced and has not.
type noFence struct{ backend.Backend }

func (noFence) Fence(int) error { return nil }

// TestPlantedCounterMissingFenceIsFound: without the fence in Delete, an Add that has found the
// guard open is lost. It takes two CPUs: where threads take turns, the one that was
// interrupted in a section is aborted.
func TestPlantedCounterMissingFenceIsFound(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU")
	}
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		t.Skip(err)
	}
	Find(t, CounterScenario(2, 1, 8, false, hotAdds, func() Counters {
		return newCounterMap(hotAdds, primitives.WithBackend(noFence{b}))
	}))
}
