package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/report/model"
)

// padded keeps a word away from what else is on the heap.
type padded[T any] struct {
	_ [128]byte
	v T
	_ [128]byte
}

// patience is how often a thread looks whether the word is its own. The other may
// be gone already, at the end of a window.
const patience = 1000

// transfersPerTurn is how often a word that two threads hand to each other
// changes CPUs until it is a thread's turn again: on each of two ways once to be
// seen, and once more to be written, because by being seen it became shared.
const transfersPerTurn = 4

// measureTransfer finds out what the model wants to know of the machine: medians
// over so many comparisons of one round. What was counted in one that was
// disturbed is of a thread that ran alone, and is left out. On one CPU there is
// nothing to find out.
func measureTransfer(rounds int) (m model.Machine, err error) {
	if min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) < 2 {
		return m, nil
	}
	const handOver, follow = "hand over", "follow"
	var transfers, shares []float64
	for range 4 * rounds {
		f := new(followers)
		r, err := bench.Compare(bench.Config{Threads: []int{2}, Rounds: 1},
			bench.Impl{Name: handOver, Loop: handOverLoop(new(padded[atomic.Int64]))},
			bench.Impl{Name: follow, Loop: f.loop})
		switch {
		case errors.Is(err, bench.ErrNoRounds) || err == nil && r.Rejected > 0:
			continue
		case err != nil:
			return m, err
		}
		transfers = append(transfers, r.Row(handOver, 2).Median/transfersPerTurn)
		shares = append(shares, f.share())
		if len(shares) == rounds {
			break
		}
	}
	if len(shares) == 0 {
		return m, fmt.Errorf("cache lines: %w", bench.ErrNoRounds)
	}
	return model.Machine{Transfer: percentile(transfers, 0.5), Moves: percentile(shares, 0.5)}, nil
}

// handOverLoop lets two threads hand a word to each other.
func handOverLoop(word *padded[atomic.Int64]) func(thread, n int) {
	return func(thread, n int) {
		me, other := int64(thread), int64(1-thread)
		for range n {
			for i := 0; i < patience && word.v.Load() != me; i++ {
			}
			word.v.Store(other)
		}
	}
}

// followers add to a shared word and count how often the other thread has added
// in between. Counting is done on words of one's own and costs little beside the
// addition.
type followers struct {
	word padded[atomic.Int64]
	each [2]padded[struct{ last, moves, ops int64 }]
}

func (f *followers) loop(thread, n int) {
	mine := &f.each[thread].v
	last, moves := mine.last, int64(0)
	for range n {
		v := f.word.v.Add(1)
		if v != last+1 {
			moves++
		}
		last = v
	}
	mine.last = last
	mine.moves += moves
	mine.ops += int64(n)
}

func (f *followers) share() float64 {
	a, b := &f.each[0].v, &f.each[1].v
	return float64(a.moves+b.moves) / float64(a.ops+b.ops)
}

const stripesRow = "random stripes"

// randomStripes is the striped counter of the model: an atomic word for each CPU,
// of which a thread takes another one at random for every call of the loop.
// Finding it is not paid for, so it is no peer.
func randomStripes() bench.Impl {
	stripes := make([]padded[atomic.Int64], model.Stripes(min(runtime.NumCPU(), runtime.GOMAXPROCS(0))))
	return bench.Impl{Name: stripesRow, Loop: func(_, n int) {
		s := &stripes[rand.IntN(len(stripes))].v
		for range n {
			s.Add(1)
		}
	}}
}
