package peers

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// MapMemory compares what an entry takes on the heap, of maps of a million: a
// number that suits some tables better than others, so a range of them is taken.
func MapMemory() Group {
	g := Group{Name: "map-memory"}
	for _, m := range []struct {
		name string
		fill func(n int) any
	}{
		{"percpu, int→int", func(n int) any {
			m := primitives.NewMap[int, int]()
			for k := range n {
				m.Store(k, k)
			}
			return m
		}},
		{"xsync.Map, int→int", func(n int) any {
			m := xsync.NewMap[int, int]()
			for k := range n {
				m.Store(k, k)
			}
			return m
		}},
		{"sync.Map, int→int", func(n int) any {
			m := new(sync.Map)
			for k := range n {
				m.Store(k, k)
			}
			return m
		}},
		{"map[int]int", func(n int) any {
			m := make(map[int]int)
			for k := range n {
				m[k] = k
			}
			return m
		}},
		{"percpu, string→[8]int", func(n int) any {
			m := primitives.NewMap[string, [8]int]()
			for _, k := range texts(n) {
				m.Store(k, [8]int{})
			}
			return m
		}},
		{"xsync.Map, string→[8]int", func(n int) any {
			m := xsync.NewMap[string, [8]int]()
			for _, k := range texts(n) {
				m.Store(k, [8]int{})
			}
			return m
		}},
		{"sync.Map, string→[8]int", func(n int) any {
			m := new(sync.Map)
			for _, k := range texts(n) {
				m.Store(k, [8]int{})
			}
			return m
		}},
		{"map[string][8]int", func(n int) any {
			m := make(map[string][8]int)
			for _, k := range texts(n) {
				m[k] = [8]int{}
			}
			return m
		}},
	} {
		least, most, sum := 1e9, 0.0, 0.0
		const sizes = 8
		for i := range sizes {
			n := coldKeys/2 + coldKeys/2*i/sizes
			before := liveHeap()
			filled := m.fill(n)
			each := float64(liveHeap()-before) / float64(n)
			runtime.KeepAlive(filled)
			least, most, sum = min(least, each), max(most, each), sum+each/sizes
		}
		g.Parts = append(g.Parts, Part{Name: fmt.Sprintf("%s: bytes an entry, on average (%.0f to %.0f)", m.name, least, most), Bytes: int64(sum + 0.5)})
	}
	return g
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
