package main

import (
	"fmt"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
)

// Names of the implementations.
const (
	counterAdd         = "Counter.Add"
	counterAtomic      = "Counter.Add, atomic backend"
	counterLoad        = "Counter.Load"
	wordLoads          = "loads of as many words"
	floatAdd           = "FloatCounter.Add"
	plain              = "plain++"
	plainDelta         = "plain += delta"
	plainFloat         = "plain float64 += delta"
	atomicAdd          = "atomic.Int64"
	casLoop            = "CAS loop"
	freeList           = "FreeList.Get+Put"
	freeListBurst      = "FreeList.Get+Put, 16 at a time"
	syncPool           = "sync.Pool"
	freeListOnAtomic   = "FreeList.Get+Put, atomic backend"
	mutexSlice         = "mutex and slice"
	readLock           = "RWMutex.RLock+RUnlock"
	readLockOnAtomic   = "RWMutex.RLock+RUnlock, atomic backend"
	syncReadLock       = "sync.RWMutex.RLock+RUnlock"
	mapInt             = "Map.Load, int"
	mapString          = "Map.Load, string"
	mapAny             = "Map.Load, any"
	mapStore           = "Map.Store, int"
	syncMapInt         = "sync.Map.Load, int"
	syncMapString      = "sync.Map.Load, string"
	syncMapStore       = "sync.Map.Store, int"
	counterMap         = "CounterMap.Inc, hot string"
	counterMapOnAtomic = "CounterMap.Inc, hot string, atomic backend"
	syncMapCount       = "sync.Map of *atomic.Int64, hot string"
)

// contender is an implementation, with a way to see that it did what it was
// measured at: a section that commits nothing is fast.
type contender struct {
	bench.Impl
	done atomic.Int64 // operations asked for
	sum  func() int64 // operations done; nil if they leave nothing behind
}

// contend counts operations once for each call of the loop, alike for all.
func contend(name string, loop func(thread, n int), sum func() int64) *contender {
	c := &contender{sum: sum}
	c.Impl = bench.Impl{Name: name, Loop: func(thread, n int) {
		loop(thread, n)
		c.done.Add(int64(n))
	}}
	return c
}

// byThreads is a value for each number of threads. What two CPUs have used at once is
// not what one thread has, where values begin without parts for CPUs.
type byThreads[T any] struct {
	make func() T
	all  map[int]T
	now  T
}

func newByThreads[T any](f func() T) *byThreads[T] {
	return &byThreads[T]{make: f, all: make(map[int]T), now: f()}
}

// prepare is a bench.Impl's Prepare.
func (b *byThreads[T]) prepare(threads int) {
	if _, ok := b.all[threads]; !ok {
		b.all[threads] = b.make()
	}
	b.now = b.all[threads]
}

// prepared sets what is called before a contender's loops.
func (c *contender) prepared(f func(threads int)) *contender {
	c.Prepare = f
	return c
}

func (c *contender) check() error {
	if c.sum == nil {
		return nil
	}
	if got, want := c.sum(), c.done.Load(); got != want {
		return fmt.Errorf("%s counted %d of %d", c.Name, got, want)
	}
	return nil
}

// contenders returns all implementations. Percpu's own are on rseq unless they
// are named otherwise.
func contenders(rseq, atomic backend.Backend) []*contender {
	return []*contender{
		contendCounter(counterAdd, rseq),
		contendCounter(counterAtomic, atomic),
		contendLoad(rseq),
		contendWords(rseq),
		contendFloat(rseq),
		contendPlain(),
		contendPlainDelta(),
		contendPlainFloat(),
		contendAtomic(),
		contendCAS(),
		contendFreeListOn(freeList, rseq),
		contendFreeListBurst(rseq),
		contendFreeListOn(freeListOnAtomic, atomic),
		contendMutexSlice(),
		contendSyncPool(),
		contendReadLock(readLock, rseq),
		contendReadLock(readLockOnAtomic, atomic),
		contendSyncReadLock(),
		contendMapInt(rseq),
		contendMapString(rseq),
		contendMapAny(rseq),
		contendMapStore(rseq),
		contendSyncMapInt(),
		contendSyncMapString(),
		contendSyncMapStore(),
		contendCounterMap(counterMap, rseq),
		contendCounterMap(counterMapOnAtomic, atomic),
		contendSyncMapCount(),
	}
}

func contendCounter(name string, b backend.Backend) *contender {
	counters := newByThreads(func() *primitives.Counter { return primitives.NewCounter(primitives.WithBackend(b)) })
	return contend(name, func(_, n int) {
		c := counters.now
		for range n {
			c.Add(1)
		}
	}, func() (sum int64) {
		for _, c := range counters.all {
			sum += c.Load()
		}
		return sum
	}).prepared(counters.prepare)
}

func contendFloat(b backend.Backend) *contender {
	counters := newByThreads(func() *primitives.FloatCounter { return primitives.NewFloatCounter(primitives.WithBackend(b)) })
	return contend(floatAdd, func(_, n int) {
		c := counters.now
		for range n {
			c.Add(1)
		}
	}, func() (sum int64) {
		for _, c := range counters.all {
			sum += int64(c.Load())
		}
		return sum
	}).prepared(counters.prepare)
}

func contendLoad(b backend.Backend) *contender {
	c := primitives.NewCounter(primitives.WithBackend(b))
	c.Add(1)
	return contend(counterLoad, func(_, n int) {
		for range n {
			if c.Load() != 1 {
				panic("Load is wrong")
			}
		}
	}, nil)
}

// contendWords is the floor for Load: all words of a cell, in turn.
func contendWords(b backend.Backend) *contender {
	cell := new(backend.Cell)
	if err := cell.Attach(b); err != nil {
		panic(err)
	}
	cell.Add(1)
	words := make([]*uint64, b.Memory().Geometry().Words())
	for i := range words {
		words[i] = cell.Word(i)
	}
	return contend(wordLoads, func(_, n int) {
		for range n {
			sum := uint64(0)
			for _, w := range words {
				sum += atomic.LoadUint64(w)
			}
			if sum != 1 {
				panic("sum of words is wrong")
			}
		}
		runtime.KeepAlive(cell) // or its words are recycled
	}, nil)
}

// padded keeps a word away from what else is on the heap.
type padded[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}

//go:noinline
func increment(p *int64) { *p++ }

func contendPlain() *contender {
	var words [threads]padded[int64]
	return contend(plain, func(thread, n int) {
		p := &words[thread].v
		for range n {
			increment(p)
		}
	}, func() int64 { return words[0].v + words[1].v })
}

// add is what a section does, without the section. It is not increment with
// another operand: there are processors that forward a store to the next load in
// no time if a constant is added between, and in several cycles if a register is.
//
//go:noinline
func add(p *int64, delta int64) { *p += delta }

func contendPlainDelta() *contender {
	var words [threads]padded[int64]
	return contend(plainDelta, func(thread, n int) {
		p := &words[thread].v
		for range n {
			add(p, 1)
		}
	}, func() int64 { return words[0].v + words[1].v })
}

//go:noinline
func addFloat(p *float64, delta float64) { *p += delta }

func contendPlainFloat() *contender {
	var words [threads]padded[float64]
	return contend(plainFloat, func(thread, n int) {
		p := &words[thread].v
		for range n {
			addFloat(p, 1)
		}
	}, func() int64 { return int64(words[0].v + words[1].v) })
}

func contendAtomic() *contender {
	c := &new(padded[atomic.Int64]).v
	return contend(atomicAdd, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, c.Load)
}

// casFloat is a float64 in an atomic word, as metrics libraries have it.
type casFloat struct{ bits atomic.Uint64 }

func (f *casFloat) Add(delta float64) {
	for {
		old := f.bits.Load()
		if f.bits.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+delta)) {
			return
		}
	}
}

func contendCAS() *contender {
	c := &new(padded[casFloat]).v
	return contend(casLoop, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, func() int64 { return int64(math.Float64frombits(c.bits.Load())) })
}
