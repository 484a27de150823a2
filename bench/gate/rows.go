package main

import (
	"slices"

	"github.com/percpu-go/percpu/bench"
)

// threads is the largest number of threads that a row needs.
const threads = 2

// row is a ratio of two implementations, each on a number of threads.
type row struct {
	name string
	kind func(a, b *bench.Row) bench.Ratio
	a, b string
	aOn  int
	bOn  int
}

// rows are what the gate looks at.
var rows = []row{
	{"counter / plain += delta", bench.Cost, counterAdd, plainDelta, 1, 1},
	{"counter / plain++", bench.Cost, counterAdd, plain, 1, 1},
	{"counter / atomic.Int64", bench.Cost, counterAdd, atomicAdd, 1, 1},
	{"counter, 2 threads / 1 thread", bench.Cost, counterAdd, counterAdd, 2, 1},
	{"throughput of 2: counter / shared atomic.Int64", bench.Throughput, counterAdd, atomicAdd, 2, 2},
	{"counter load / its words' loads", bench.Cost, counterLoad, wordLoads, 1, 1},
	{"float counter / plain += delta", bench.Cost, floatAdd, plainFloat, 1, 1},
	{"float counter / CAS loop", bench.Cost, floatAdd, casLoop, 1, 1},
	{"float counter, 2 threads / 1 thread", bench.Cost, floatAdd, floatAdd, 2, 1},
	{"atomic backend / atomic.Int64", bench.Cost, counterAtomic, atomicAdd, 1, 1},
	{"atomic backend, 2 threads / 1 thread", bench.Cost, counterAtomic, counterAtomic, 2, 1},
	{"free list / sync.Pool", bench.Cost, freeList, syncPool, 1, 1},
	{"free list, 2 threads / 1 thread", bench.Cost, freeList, freeList, 2, 1},
	{"free list, 16 at a time / one at a time", bench.Cost, freeListBurst, freeList, 1, 1},
	{"free list / mutex and slice", bench.Cost, freeList, mutexSlice, 1, 1},
	{"free list on atomic backend / mutex and slice", bench.Cost, freeListOnAtomic, mutexSlice, 1, 1},
	{"read lock / sync.RWMutex", bench.Cost, readLock, syncReadLock, 1, 1},
	{"read lock, 2 threads / 1 thread", bench.Cost, readLock, readLock, 2, 1},
	{"read lock on atomic backend / sync.RWMutex", bench.Cost, readLockOnAtomic, syncReadLock, 1, 1},
	{"map load, int / sync.Map", bench.Cost, mapInt, syncMapInt, 1, 1},
	{"map load, string / sync.Map", bench.Cost, mapString, syncMapString, 1, 1},
	{"map load, any / sync.Map", bench.Cost, mapAny, syncMapInt, 1, 1},
	{"map load, int, 2 threads / 1 thread", bench.Cost, mapInt, mapInt, 2, 1},
	{"map store, int / sync.Map", bench.Cost, mapStore, syncMapStore, 1, 1},
	{"counter map, hot string / sync.Map of *atomic.Int64", bench.Cost, counterMap, syncMapCount, 1, 1},
	{"counter map, hot string, 2 threads / 1 thread", bench.Cost, counterMap, counterMap, 2, 1},
	{"counter map on atomic backend / sync.Map of *atomic.Int64", bench.Cost, counterMapOnAtomic, syncMapCount, 1, 1},
}

func rowOf(name string) *row {
	i := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
	if i < 0 {
		return nil
	}
	return &rows[i]
}

func (r row) ratio(from *bench.Result) bench.Ratio {
	return r.kind(from.Row(r.a, r.aOn), from.Row(r.b, r.bOn))
}

// implsOf returns the names of all implementations that some rows need.
func implsOf(rows []row) (names []string) {
	for _, r := range rows {
		for _, name := range []string{r.a, r.b} {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
