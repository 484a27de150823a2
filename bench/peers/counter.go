package main

import (
	"fmt"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
)

// Names of the counters.
const (
	percpuRseq   = "percpu rseq"
	percpuAtomic = "percpu atomic"
	plain        = "plain"
	plainAdd     = "plain += delta"
	atomicInt64  = "atomic.Int64"
	procPinAdd   = "procPin+atomic"
	procPinPlain = "procPin+plain"
	xsyncCounter = "xsync.Counter"
)

// counterTargets are what Counter is meant to achieve, as ratios of rows.
var counterTargets = []target{
	{"Counter.Add / plain increment, not inlined", cost, row{percpuRseq, 1}, row{plain, 1}, atMost(1.5)},
	{"Counter.Add / atomic.Int64, uncontended", cost, row{percpuRseq, 1}, row{atomicInt64, 1}, atMost(1)},
	{"throughput: Counter / shared atomic.Int64", throughput, row{percpuRseq, 2}, row{atomicInt64, 2}, atLeast(4)},
	{"throughput: Counter / procPin+atomic", throughput, row{percpuRseq, 2}, row{procPinAdd, 2}, atLeast(1.5)},
	{"throughput: Counter / xsync.Counter", throughput, row{percpuRseq, 2}, row{xsyncCounter, 2}, atLeast(5)},
	{"Counter.Add, 2 threads / 1 thread", cost, row{percpuRseq, 2}, row{percpuRseq, 1}, atMost(1.15)},
	{"atomic backend / procPin+atomic", cost, row{percpuAtomic, 1}, row{procPinAdd, 1}, atMost(1)},
	{"atomic backend / procPin+atomic", cost, row{percpuAtomic, 2}, row{procPinAdd, 2}, atMost(1)},
}

// contender is a counter, with a way to see that it counted.
type contender struct {
	bench.Impl
	done atomic.Int64 // operations asked for
	sum  func() int64
}

// contend makes a contender of an implementation's loop. The operations are
// counted once for each call of the loop, alike for all.
func contend(name string, loop func(thread, n int), sum func() int64) *contender {
	c := &contender{sum: sum}
	c.Impl = bench.Impl{Name: name, Loop: func(thread, n int) {
		loop(thread, n)
		c.done.Add(int64(n))
	}}
	return c
}

func (c *contender) check() error {
	if got, want := c.sum(), c.done.Load(); got != want {
		return fmt.Errorf("%s counted %d of %d", c.Name, got, want)
	}
	return nil
}

func counterRows(opts options, h host) (g Group, err error) {
	var contenders []*contender
	if h.rseq != nil {
		contenders = append(contenders, contendPercpu(percpuRseq, h.rseq))
	}
	contenders = append(contenders,
		contendPercpu(percpuAtomic, h.atomic),
		contendPlain(),
		contendPlainAdd(),
		contendAtomic(),
		contendProcPin(),
		contendProcPinPlain(),
		contendXsync(),
	)
	var impls []bench.Impl
	for _, c := range contenders {
		impls = append(impls, c.Impl)
	}
	cfg := opts.config()
	cfg.Check = func() error { return checkThread(h) }
	before := h.chosen.Stats().Overflows
	if g.Result, err = bench.Compare(cfg, impls...); err != nil {
		return g, err
	}
	if n := h.chosen.Stats().Overflows - before; n > 0 {
		return g, fmt.Errorf("%d operations were done on overflow slots", n)
	}
	for _, c := range contenders {
		if err := c.check(); err != nil {
			return g, err
		}
	}
	g.Verdicts = judge(g.Result, counterTargets)
	return g, nil
}

// checkThread says whether the calling thread can have committed by rseq.
func checkThread(h host) error {
	if h.rseq == nil {
		return nil
	}
	if t := rseqbackend.ThisThread(); t.Owner != h.rseq.Info().AreaOwner {
		return fmt.Errorf("rseq area of thread %d: owner %s, want %s", t.TID, t.Owner, h.rseq.Info().AreaOwner)
	}
	return nil
}

func contendPercpu(name string, b backend.Backend) *contender {
	c := primitives.NewCounter(primitives.WithBackend(b))
	return contend(name, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, c.Load)
}

// padded keeps a word away from what else is on the heap.
type padded[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}

//go:noinline
func increment(p *int64) { *p++ }

// contendPlain is the floor: a word for each thread, incremented in a function
// that is called.
func contendPlain() *contender {
	var words [2]padded[int64]
	return contend(plain, func(thread, n int) {
		p := &words[thread].v
		for range n {
			increment(p)
		}
	}, func() int64 { return words[0].v + words[1].v })
}

//go:noinline
func add(p *int64, delta int64) { *p += delta }

// contendPlainAdd is the floor for what can add more than 1. There are
// processors that forward a store to the next load in no time if a constant is
// added between, and in several cycles if a register is.
func contendPlainAdd() *contender {
	var words [2]padded[int64]
	return contend(plainAdd, func(thread, n int) {
		p := &words[thread].v
		for range n {
			add(p, 1)
		}
	}, func() int64 { return words[0].v + words[1].v })
}

// contendAtomic is what people have: one word for all threads. It stands for
// the counters of metrics libraries, too, which are such a word.
func contendAtomic() *contender {
	c := &new(padded[atomic.Int64]).v
	return contend(atomicInt64, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, c.Load)
}

func contendProcPin() *contender {
	c := newProcPinCounter()
	return contend(procPinAdd, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, c.Load)
}

func contendProcPinPlain() *contender {
	c := newProcPinCounter()
	return contend(procPinPlain, func(_, n int) {
		for range n {
			c.AddPlain(1)
		}
	}, c.Load)
}

func contendXsync() *contender {
	c := xsync.NewCounter()
	return contend(xsyncCounter, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, c.Value)
}
