package lincheck

import (
	"sync"
	"testing"
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
	t.Run("hasty", func(t *testing.T) { Find(t, MapScenario(2, 2, 8, func() Map { return new(hastyMap) }), 100_000) })
	t.Run("stale", func(t *testing.T) { Find(t, MapScenario(2, 2, 8, func() Map { return new(staleMap) }), 100_000) })
}
