package peers

import (
	"sync"

	cmap "github.com/orcaman/concurrent-map/v2"
	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// The loops of int→int, as people write them, each with its map's type.

// intMaps are maps with keys 0 to n-1, all with value 1.
type intMaps struct {
	xsync *xsync.Map[int, int]
	sync  *sync.Map
	cmap  cmap.ConcurrentMap[int, int]
}

func newIntMaps(n int) intMaps {
	// Its own hash function of integers writes them out as text.
	m := intMaps{xsync.NewMap[int, int](), new(sync.Map),
		cmap.NewWithCustomShardingFunction[int, int](func(k int) uint32 { return uint32(k) * 0x9e3779b1 >> 8 })}
	for k := range n {
		m.xsync.Store(k, 1)
		m.sync.Store(k, 1)
		m.cmap.Set(k, 1)
	}
	return m
}

func newIntMap(b namedBackend, n int) *primitives.Map[int, int] {
	m := primitives.NewMap[int, int](primitives.WithBackend(b.backend))
	for k := range n {
		m.Store(k, 1)
	}
	return m
}

// intLoads returns contenders that load keys that are there, at random.
func intLoads(h Host, keys int) (contenders []*Contender) {
	for _, b := range h.backends() {
		m := newIntMap(b, keys)
		contenders = append(contenders, contendHits(Ours, b.name, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := m.Load(s.below(keys))
				hits += v
			}
			return hits
		}))
	}
	maps := newIntMaps(keys)
	return append(contenders,
		contendHits(Peer, XsyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := maps.xsync.Load(s.below(keys))
				hits += v
			}
			return hits
		}),
		contendHits(Peer, SyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := maps.sync.Load(s.below(keys))
				hits += v.(int)
			}
			return hits
		}),
		contendHits(Peer, Orcaman, func(s *sequence, n int) (hits int) {
			for range n {
				v, _ := maps.cmap.Get(s.below(keys))
				hits += v
			}
			return hits
		}),
	)
}

// intMixes returns contenders that load a random key nine times of ten, store one
// nine times of a hundred, and delete one once.
func intMixes(h Host, keys int) (contenders []*Contender) {
	for _, b := range h.backends() {
		m := newIntMap(b, keys)
		contenders = append(contenders, contendMix(Ours, b.name, func(s *sequence, n int) (hits int) {
			for range n {
				k := s.below(100 * keys)
				switch k, what := k/100, k%100; {
				case what < 90:
					v, _ := m.Load(k)
					hits += v
				case what < 99:
					m.Store(k, 1)
				default:
					m.Delete(k)
				}
			}
			return hits
		}))
	}
	maps := newIntMaps(keys)
	return append(contenders,
		contendMix(Peer, XsyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				k := s.below(100 * keys)
				switch k, what := k/100, k%100; {
				case what < 90:
					v, _ := maps.xsync.Load(k)
					hits += v
				case what < 99:
					maps.xsync.Store(k, 1)
				default:
					maps.xsync.Delete(k)
				}
			}
			return hits
		}),
		contendMix(Peer, SyncMap, func(s *sequence, n int) (hits int) {
			for range n {
				k := s.below(100 * keys)
				switch k, what := k/100, k%100; {
				case what < 90:
					if v, ok := maps.sync.Load(k); ok {
						hits += v.(int)
					}
				case what < 99:
					maps.sync.Store(k, 1)
				default:
					maps.sync.Delete(k)
				}
			}
			return hits
		}),
		contendMix(Peer, Orcaman, func(s *sequence, n int) (hits int) {
			for range n {
				k := s.below(100 * keys)
				switch k, what := k/100, k%100; {
				case what < 90:
					v, _ := maps.cmap.Get(k)
					hits += v
				case what < 99:
					maps.cmap.Set(k, 1)
				default:
					maps.cmap.Remove(k)
				}
			}
			return hits
		}),
	)
}
