package peers

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// words are one for each thread that a loop may run on.
func words() []padded[int64] { return make([]padded[int64], runtime.NumCPU()) }

func sumWords(ws []padded[int64]) func() int64 {
	return func() (sum int64) {
		for i := range ws {
			sum += ws[i].v
		}
		return sum
	}
}

//go:noinline
func increment(p *int64) { *p++ }

// contendPlain is the floor: a word for each thread, incremented in a function
// that is called.
func contendPlain() *Contender {
	ws := words()
	return contend(Limit, Plain, func(thread, n int) {
		p := &ws[thread].v
		for range n {
			increment(p)
		}
	}, counted(sumWords(ws)))
}

//go:noinline
func add(p *int64, delta int64) { *p += delta }

// contendPlainAdd is the floor for what can add more than 1. There are
// processors that forward a store to the next load in no time if a constant is
// added between, and in several cycles if a register is.
func contendPlainAdd() *Contender {
	ws := words()
	return contend(Limit, PlainAdd, func(thread, n int) {
		p := &ws[thread].v
		for range n {
			add(p, 1)
		}
	}, counted(sumWords(ws)))
}

// contendAtomic is what people have: one word for all threads.
func contendAtomic() *Contender {
	c := &new(padded[atomic.Int64]).v
	return contend(Peer, AtomicInt64, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, counted(c.Load))
}

func contendProcPin() *Contender {
	c := newProcPinCounter()
	return contend(Peer, ProcPinAdd, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, counted(c.Load))
}

func contendProcPinPlain() *Contender {
	c := newProcPinCounter()
	return contend(Limit, ProcPinPlain, func(_, n int) {
		for range n {
			c.AddPlain(1)
		}
	}, counted(c.Load))
}

// mutexFloat is a float64 under a lock.
type mutexFloat struct {
	mu  sync.Mutex
	sum float64
}

func (f *mutexFloat) Add(delta float64) {
	f.mu.Lock()
	f.sum += delta
	f.mu.Unlock()
}

func (f *mutexFloat) Load() float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sum
}

// casFloat is a float64 in an atomic word.
type casFloat struct{ bits atomic.Uint64 }

func (f *casFloat) Add(delta float64) {
	for {
		old := f.bits.Load()
		if f.bits.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+delta)) {
			return
		}
	}
}

func (f *casFloat) Load() float64 { return math.Float64frombits(f.bits.Load()) }
