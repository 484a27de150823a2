package peers

import (
	"fmt"
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

// anySets are Map[any, any] beside sync.Map, which it takes the place of by a
// change of the type: as many keys as fit into the first cache, and more than
// fit into the last. Keys are strings and integers in turn.
func anySets() (sets []mapRows) {
	for _, size := range []struct {
		name string
		keys int
	}{{"10", 10}, {"1k", 1000}, {"100k", 100_000}, {"1m", coldKeys}} {
		for _, op := range []struct {
			name, what string
			loops      func(h Host, keys []any) []*Contender
		}{{"load", "Map[any, any].Load", anyLoads}, {"store", "Map[any, any].Store", anyStores}} {
			sets = append(sets, mapRows{
				name:   "map-any-" + op.name + "-" + size.name,
				what:   fmt.Sprintf("%s, %s keys", op.what, size.name),
				open:   func(h Host) []*Contender { return op.loops(h, anyKeys(size.keys)) },
				peer:   SyncMap,
				rseq:   both(1),
				atomic: both(1),
			})
		}
	}
	return sets
}

func anyKeys(n int) []any {
	keys := make([]any, n)
	for i := range keys {
		if keys[i] = i; i%2 == 0 {
			keys[i] = fmt.Sprintf("/some/path/%d", i)
		}
	}
	return keys
}

func newAnyMap(b namedBackend, keys []any) *primitives.Map[any, any] {
	m := primitives.NewMap[any, any](primitives.WithBackend(b.backend))
	for _, k := range keys {
		m.Store(k, 1)
	}
	return m
}

func newSyncMap(keys []any) *sync.Map {
	m := new(sync.Map)
	for _, k := range keys {
		m.Store(k, 1)
	}
	return m
}

// anyLoads returns contenders that load keys that are there, at random.
func anyLoads(h Host, keys []any) (contenders []*Contender) {
	for _, b := range h.backends() {
		m := newAnyMap(b, keys)
		contenders = append(contenders, contendHits(Ours, b.name, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := m.Load(keys[s.below(len(keys))])
				hits += v.(int)
			}
			return hits
		}))
	}
	m := newSyncMap(keys)
	return append(contenders, contendHits(Peer, SyncMap, func(s *sequence, n int) (hits int) {
		for range n {
			v, _ := m.Load(keys[s.below(len(keys))])
			hits += v.(int)
		}
		return hits
	}))
}

// anyStores returns contenders that store another value for keys that are there,
// at random. In the end each key must have one of the values.
func anyStores(h Host, keys []any) (contenders []*Contender) {
	values := [2]any{1, 2}
	check := func(load func(any) (any, bool)) func(int64) error {
		return func(int64) error {
			for _, k := range keys {
				if v, _ := load(k); v != values[0] && v != values[1] {
					return fmt.Errorf("key %v has value %v", k, v)
				}
			}
			return nil
		}
	}
	for _, b := range h.backends() {
		m := newAnyMap(b, keys)
		contenders = append(contenders, contend(Ours, b.name, contendSequence(func(s *sequence, n int) int {
			for i := range n {
				m.Store(keys[s.below(len(keys))], values[i&1])
			}
			return 0
		}, func(int) {}), check(m.Load)))
	}
	m := newSyncMap(keys)
	return append(contenders, contend(Peer, SyncMap, contendSequence(func(s *sequence, n int) int {
		for i := range n {
			m.Store(keys[s.below(len(keys))], values[i&1])
		}
		return 0
	}, func(int) {}), check(m.Load)))
}
