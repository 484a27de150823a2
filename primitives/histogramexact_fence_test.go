package primitives

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// TestExactFence: of an observation and a snapshot that begin at the same time, one sees
// the other: either the observation sees that its set is not hot any more, or the
// snapshot sees that it has entered. It is what the fence is for, and without one both
// happen to see nothing.
func TestExactFence(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	b, err := Candidates()[0].Open()
	if err != nil || runtime.NumCPU() < 2 {
		t.Skipf("rseq: %v, %d CPUs", err, runtime.NumCPU())
	}
	if n := missed(b, fenceFor, 3000, time.Minute); n > 0 {
		t.Errorf("%d times neither saw the other", n)
	}
	if missed(b, func(*backend.Cell) {}, 10_000_000, 10*time.Second) == 0 {
		t.Skip("nobody missed the fence: this test has tested nothing")
	}
}

// missed returns how often neither saw the other, of a number of rounds or up to the first
// time without a fence.
func missed(b backend.Backend, fence func(*backend.Cell), rounds int, limit time.Duration) (n int) {
	entered := new(backend.Cell)
	_ = entered.Attach(b)
	var hot, round, done, went atomic.Int64
	go func() {
		for r := int64(1); r <= int64(rounds); r++ {
			for spins := 0; round.Load() < r; spins++ {
				if spins > 10_000 {
					runtime.Gosched()
				}
				if round.Load() < 0 {
					return
				}
			}
			entered.Add(1)
			if hot.Load() != r {
				went.Store(r) // it is in the set that was hot
			}
			done.Store(r)
		}
	}()
	defer round.Store(-1)
	end := time.Now().Add(limit)
	for r := int64(1); r <= int64(rounds) && n < 10; r++ {
		before := entered.Sum()
		round.Store(r)
		for range r % 64 { // at all distances
			_ = round.Load()
		}
		hot.Store(r)
		fence(entered)
		seen := entered.Sum() != before
		for spins := 0; done.Load() < r; spins++ {
			if spins > 10_000 {
				runtime.Gosched()
			}
		}
		if !seen && went.Load() == r {
			n++
		}
		if r%1000 == 0 && time.Now().After(end) {
			break
		}
	}
	return n
}
