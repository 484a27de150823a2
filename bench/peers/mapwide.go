package peers

import (
	"hash/maphash"
	"sync"

	cmap "github.com/orcaman/concurrent-map/v2"
	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// wideLoads returns contenders that load keys that are there, at random, of any
// type; values are 64 bytes, whose first is 1. The keys' memory is part of what is
// measured, alike for all.
func wideLoads[K comparable](h Host, keys []K) (contenders []*Contender) {
	type V = [8]int
	one := V{1}
	for _, b := range h.backends()[:1] {
		m := primitives.NewMap[K, V](primitives.WithBackend(b.backend))
		for _, k := range keys {
			m.Store(k, one)
		}
		contenders = append(contenders, contendHits(Ours, b.name, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := m.Load(keys[s.below(len(keys))])
				hits += v[0]
			}
			return hits
		}))
	}
	xm := xsync.NewMap[K, V]()
	sm := new(sync.Map)
	seed := maphash.MakeSeed()
	om := cmap.NewWithCustomShardingFunction[K, V](func(k K) uint32 { return uint32(maphash.Comparable(seed, k)) })
	for _, k := range keys {
		xm.Store(k, one)
		sm.Store(k, one)
		om.Set(k, one)
	}
	return append(contenders,
		contendHits(Peer, XsyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := xm.Load(keys[s.below(len(keys))])
				hits += v[0]
			}
			return hits
		}),
		contendHits(Peer, SyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := sm.Load(keys[s.below(len(keys))])
				hits += v.(V)[0]
			}
			return hits
		}),
		contendHits(Peer, Orcaman, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := om.Get(keys[s.below(len(keys))])
				hits += v[0]
			}
			return hits
		}),
	)
}
