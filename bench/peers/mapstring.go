package peers

import (
	"hash/maphash"
	"sync"

	cmap "github.com/orcaman/concurrent-map/v2"
	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// stringLoads returns contenders that load keys that are there, at random, as
// people write them. The keys' memory is part of what is measured, alike for
// all.
func stringLoads(h Host, keys []string) (contenders []*Contender) {
	for _, b := range h.backends() {
		m := primitives.NewMap[string, int](primitives.WithBackend(b.backend))
		for _, k := range keys {
			m.Store(k, 1)
		}
		contenders = append(contenders, contendHits(Ours, b.name, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := m.Load(keys[s.below(len(keys))])
				hits += v
			}
			return hits
		}))
	}
	xm := xsync.NewMap[string, int]()
	sm := new(sync.Map)
	seed := maphash.MakeSeed()
	om := cmap.NewWithCustomShardingFunction[string, int](func(k string) uint32 { return uint32(maphash.String(seed, k)) })
	for _, k := range keys {
		xm.Store(k, 1)
		sm.Store(k, 1)
		om.Set(k, 1)
	}
	return append(contenders,
		contendHits(Peer, XsyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := xm.Load(keys[s.below(len(keys))])
				hits += v
			}
			return hits
		}),
		contendHits(Peer, SyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := sm.Load(keys[s.below(len(keys))])
				hits += v.(int)
			}
			return hits
		}),
		contendHits(Peer, Orcaman, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := om.Get(keys[s.below(len(keys))])
				hits += v
			}
			return hits
		}),
	)
}
