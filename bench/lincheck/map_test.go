package lincheck

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// syncMap is the map whose linearizability nobody doubts: it tests the model.
type syncMap struct{ m sync.Map }

func value(v any, ok bool) (int, bool) {
	if v == nil {
		return 0, ok
	}
	return v.(int), ok
}

func (s *syncMap) Load(k int) (int, bool)           { return value(s.m.Load(k)) }
func (s *syncMap) Store(k, v int)                   { s.m.Store(k, v) }
func (s *syncMap) LoadOrStore(k, v int) (int, bool) { return value(s.m.LoadOrStore(k, v)) }
func (s *syncMap) LoadAndDelete(k int) (int, bool)  { return value(s.m.LoadAndDelete(k)) }
func (s *syncMap) Delete(k int)                     { s.m.Delete(k) }
func (s *syncMap) Swap(k, v int) (int, bool)        { return value(s.m.Swap(k, v)) }
func (s *syncMap) CompareAndSwap(k, o, n int) bool  { return s.m.CompareAndSwap(k, o, n) }
func (s *syncMap) CompareAndDelete(k, old int) bool { return s.m.CompareAndDelete(k, old) }
func (s *syncMap) Clear()                           { s.m.Clear() }
func (s *syncMap) Range(f func(k, v int) bool) {
	s.m.Range(func(k, v any) bool { return f(k.(int), v.(int)) })
}
func (s *syncMap) Churn() {}

func (s *syncMap) Toggle(k, v int) bool {
	for {
		if _, deleted := s.m.LoadAndDelete(k); deleted {
			return false
		}
		if _, loaded := s.m.LoadOrStore(k, v); !loaded {
			return true
		}
	}
}

func TestSyncMap(t *testing.T) {
	for _, threads := range []int{2, 3} {
		Check(t, MapScenario(threads, 2, 8, func() Map { return new(syncMap) }), Histories(t))
	}
}

// hastyMap has a bug: its LoadOrStore is a Load and then a Store.
type hastyMap struct{ syncMap }

func (h *hastyMap) LoadOrStore(k, v int) (int, bool) {
	if v, ok := h.Load(k); ok {
		return v, ok
	}
	runtime.Gosched()
	h.Store(k, v)
	return v, false
}

// staleMap has another: it remembers what was loaded last.
type staleMap struct {
	syncMap
	last sync.Map
}

func (s *staleMap) Load(k int) (int, bool) {
	if v, ok := s.last.LoadAndDelete(k); ok {
		return v.(int), true
	}
	v, ok := s.syncMap.Load(k)
	if ok {
		s.last.Store(k, v)
	}
	return v, ok
}

func TestPlantedBugsAreFound(t *testing.T) {
	t.Run("hasty", func(t *testing.T) { Find(t, MapScenario(2, 2, 8, func() Map { return new(hastyMap) })) })
	t.Run("stale", func(t *testing.T) { Find(t, MapScenario(2, 2, 8, func() Map { return new(staleMap) })) })
}

// percpuMap is ours, with keys and values of any type that has an integer in it.
type percpuMap[K comparable, V any] struct {
	*primitives.Map[K, V]
	key   func(int) K
	value func(int) V
	unkey func(K) int
	unval func(V) int
}

func (p *percpuMap[K, V]) result(v V, ok bool) (int, bool) {
	if !ok {
		return 0, false
	}
	return p.unval(v), true
}

func (p *percpuMap[K, V]) Load(k int) (int, bool) { return p.result(p.Map.Load(p.key(k))) }
func (p *percpuMap[K, V]) Store(k, v int)         { p.Map.Store(p.key(k), p.value(v)) }
func (p *percpuMap[K, V]) LoadAndDelete(k int) (int, bool) {
	return p.result(p.Map.LoadAndDelete(p.key(k)))
}
func (p *percpuMap[K, V]) Delete(k int) { p.Map.Delete(p.key(k)) }
func (p *percpuMap[K, V]) Swap(k, v int) (int, bool) {
	return p.result(p.Map.Swap(p.key(k), p.value(v)))
}

func (p *percpuMap[K, V]) LoadOrStore(k, v int) (int, bool) {
	actual, loaded := p.Map.LoadOrStore(p.key(k), p.value(v))
	return p.unval(actual), loaded
}

func (p *percpuMap[K, V]) CompareAndSwap(k, old, v int) bool {
	return p.Map.CompareAndSwap(p.key(k), p.value(old), p.value(v))
}

func (p *percpuMap[K, V]) CompareAndDelete(k, old int) bool {
	return p.Map.CompareAndDelete(p.key(k), p.value(old))
}

func (p *percpuMap[K, V]) Range(f func(k, v int) bool) {
	p.Map.Range(func(k K, v V) bool {
		if k := p.unkey(k); k >= churnKeys {
			return true
		}
		return f(p.unkey(k), p.unval(v))
	})
}

func (p *percpuMap[K, V]) Toggle(k, v int) bool {
	_, present := p.Compute(p.key(k), func(_ V, loaded bool) (V, primitives.MapAction) {
		if loaded {
			return p.value(-1), primitives.MapDelete
		}
		return p.value(v), primitives.MapStore
	})
	return present
}

// churnKeys is above the keys of histories.
const churnKeys = 1000

// Churn makes the table grow several times, and shrink.
func (p *percpuMap[K, V]) Churn() {
	for k := range 60 {
		p.Map.Store(p.key(churnKeys+k), p.value(k))
	}
	for k := range 60 {
		p.Map.Delete(p.key(churnKeys + k))
	}
}

func wordMap() Map {
	same := func(i int) int { return i }
	return &percpuMap[int, int]{primitives.NewMap[int, int](primitives.WithShards(1)), same, same, same, same}
}

func stringMap() Map {
	key := func(i int) string { return fmt.Sprint(i) }
	unkey := func(s string) (i int) {
		_, _ = fmt.Sscan(s, &i)
		return i
	}
	type value struct{ a, b, c int }
	val := func(i int) value { return value{i, -i, 2 * i} }
	unval := func(v value) int {
		if v.b != -v.a || v.c != 2*v.a {
			return -1 // torn
		}
		return v.a
	}
	return &percpuMap[string, value]{primitives.NewMap[string, value](primitives.WithShards(1)), key, val, unkey, unval}
}

func TestMap(t *testing.T) {
	for name, fresh := range map[string]func() Map{"words": wordMap, "entries": stringMap} {
		t.Run(name, func(t *testing.T) {
			for _, threads := range []int{2, 3} {
				Check(t, MapScenario(threads, 2, 8, fresh), Histories(t))
			}
			Check(t, MapScenario(2, 5, 12, fresh), Histories(t)) // more keys than a bucket of words has slots
		})
	}
}
