package main

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// mapKeys is a power of two, so that choosing one costs next to nothing.
const mapKeys = 1024

var mapStrings = func() []string {
	keys := make([]string, mapKeys)
	for i := range keys {
		keys[i] = fmt.Sprintf("/some/path/%d", i)
	}
	return keys
}()

// hits counts loads that found their key, and so whether they were done.
type hits struct{ padded[atomic.Int64] }

func (h *hits) add(n int)  { h.v.Add(int64(n)) }
func (h *hits) sum() int64 { return h.v.Load() }

// newMap has all keys with value 1.
func newMap[K comparable](b backend.Backend, key func(i int) K) *primitives.Map[K, int] {
	m := primitives.NewMap[K, int](primitives.WithBackend(b))
	for i := range mapKeys {
		m.Store(key(i), 1)
	}
	return m
}

func newSyncMap(key func(i int) any) *sync.Map {
	m := new(sync.Map)
	for i := range mapKeys {
		m.Store(key(i), 1)
	}
	return m
}

func contendMapInt(b backend.Backend) *contender {
	m, h := newMap(b, func(i int) int { return i }), new(hits)
	return contend(mapInt, func(_, n int) {
		found := 0
		for i := range n {
			v, _ := m.Load(i % mapKeys)
			found += v
		}
		h.add(found)
	}, h.sum)
}

func contendMapString(b backend.Backend) *contender {
	m, h := newMap(b, func(i int) string { return mapStrings[i] }), new(hits)
	return contend(mapString, func(_, n int) {
		found := 0
		for i := range n {
			v, _ := m.Load(mapStrings[i%mapKeys])
			found += v
		}
		h.add(found)
	}, h.sum)
}

func contendMapAny(b backend.Backend) *contender {
	m, h := newMap(b, func(i int) any { return i }), new(hits)
	return contend(mapAny, func(_, n int) {
		found := 0
		for i := range n {
			v, _ := m.Load(i % mapKeys)
			found += v
		}
		h.add(found)
	}, h.sum)
}

func contendSyncMapInt() *contender {
	m, h := newSyncMap(func(i int) any { return i }), new(hits)
	return contend(syncMapInt, func(_, n int) {
		found := 0
		for i := range n {
			v, _ := m.Load(i % mapKeys)
			found += v.(int)
		}
		h.add(found)
	}, h.sum)
}

func contendSyncMapString() *contender {
	m, h := newSyncMap(func(i int) any { return mapStrings[i] }), new(hits)
	return contend(syncMapString, func(_, n int) {
		found := 0
		for i := range n {
			v, _ := m.Load(mapStrings[i%mapKeys])
			found += v.(int)
		}
		h.add(found)
	}, h.sum)
}

// Stores leave nothing that could be counted: who stores a key that another thread
// stores too may be overtaken.

func contendMapStore(b backend.Backend) *contender {
	m := newMap(b, func(i int) int { return i })
	return contend(mapStore, func(_, n int) {
		for i := range n {
			m.Store(i%mapKeys, 2)
		}
	}, nil)
}

func contendSyncMapStore() *contender {
	m := newSyncMap(func(i int) any { return i })
	return contend(syncMapStore, func(_, n int) {
		for i := range n {
			m.Store(i%mapKeys, 2)
		}
	}, nil)
}

const hotKey = "GET /users"

func contendCounterMap(name string, b backend.Backend) *contender {
	m := primitives.NewCounterMap[string](primitives.WithBackend(b))
	return contend(name, func(_, n int) {
		for range n {
			m.Inc(hotKey)
		}
	}, func() int64 { return m.Load(hotKey) })
}

func contendSyncMapCount() *contender {
	m, count := new(sync.Map), &new(padded[atomic.Int64]).v
	m.Store(hotKey, count)
	return contend(syncMapCount, func(_, n int) {
		for range n {
			v, _ := m.Load(hotKey)
			v.(*atomic.Int64).Add(1)
		}
	}, count.Load)
}
