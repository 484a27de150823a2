package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
	"github.com/puzpuzpuz/xsync/v4"
)

type seq uint64

func (s *seq) below(n int) int {
	*s = *s*6364136223846793005 + 1442695040888963407
	return int(uint64(*s) >> 32 * uint64(n) >> 32)
}

var sink [16]struct {
	v int
	_ [120]byte
}

func ours(name string, keys int, opts ...primitives.Option) bench.Impl {
	m := primitives.NewMap[int, int](opts...)
	for k := range keys {
		m.Store(k, 1)
	}
	return bench.Impl{Name: name, Loop: func(t, n int) {
		s := seq(sink[t].v)
		h := 0
		for range n {
			v, _ := m.Load(s.below(keys))
			h += v
		}
		if h != n {
			panic("!")
		}
		sink[t].v = int(s)
	}}
}

func main() {
	keys, _ := strconv.Atoi(os.Args[1])
	var impls []bench.Impl
	for i := range 3 {
		impls = append(impls, ours(fmt.Sprint("default ", i), keys))
	}
	impls = append(impls, ours("1 shard", keys, primitives.WithShards(1)))
	impls = append(impls, ours("size n", keys, primitives.WithSize(keys)))
	impls = append(impls, ours("size 2n", keys, primitives.WithSize(2*keys)))
	impls = append(impls, ours("size 4n", keys, primitives.WithSize(4*keys)))
	for i := range 3 {
		xm := xsync.NewMap[int, int]()
		for k := range keys {
			xm.Store(k, 1)
		}
		impls = append(impls, bench.Impl{Name: fmt.Sprint("xsync ", i), Loop: func(t, n int) {
			s := seq(sink[t].v)
			h := 0
			for range n {
				v, _ := xm.Load(s.below(keys))
				h += v
			}
			if h != n {
				panic("!")
			}
			sink[t].v = int(s)
		}})
	}
	impls = append(impls, bench.Impl{Name: "loop", Loop: func(t, n int) {
		s := seq(sink[t].v)
		h := 0
		for range n {
			h += s.below(keys)
		}
		sink[t].v = int(s) + h&1
	}})
	r, err := bench.Compare(bench.Config{Threads: []int{1}, Rounds: 60, Window: time.Millisecond}, impls...)
	if err != nil {
		panic(err)
	}
	for _, row := range r.Rows {
		fmt.Printf("%-12s %6.2f %6.2f\n", row.Name, row.Min, row.Median)
	}
}
