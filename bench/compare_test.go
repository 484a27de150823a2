package bench

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// steps is work that takes n times as long as one step, whatever the
// placement of its code.
func steps(n int) Impl {
	return Impl{Loop: func(_, ops int) {
		x := uint64(1)
		for range ops {
			for range n {
				x = step(x)
			}
		}
		sink.Store(x)
	}}
}

var sink atomic.Uint64

//go:noinline
func step(x uint64) uint64 {
	for range 20 {
		x = x*x + 1 // each waits for the one before
	}
	return x
}

func TestCompareSeesRatio(t *testing.T) {
	one, three := steps(1), steps(3)
	one.Name, three.Name = "one", "three"
	near := func(r Ratio, want float64) bool {
		return r.Median > 0.8*want && r.Median < 1.2*want && r.Minima > 0.8*want && r.Minima < 1.2*want
	}
	for try := 1; ; try++ {
		r := compare(t, Config{Threads: []int{1}, Rounds: 30, MaxDelay: 0.1}, one, three)
		cost, throughput := Cost(r.Row("three", 1), r.Row("one", 1)), Throughput(r.Row("one", 1), r.Row("three", 1))
		if near(cost, 3) && near(throughput, 3) {
			return
		}
		if try == 10 { // a busy machine may have left few rounds, or a busy host have taken part of some
			t.Fatalf("cost of three steps is %+v times that of one, throughput of one %+v times that of three", cost, throughput)
		}
	}
}

// TestCompareInterleaves writes down who runs when.
func TestCompareInterleaves(t *testing.T) {
	var order []string
	note := func(name string) Impl {
		return Impl{Name: name, Loop: func(_, n int) {
			if len(order) == 0 || order[len(order)-1] != name {
				order = append(order, name)
			}
			time.Sleep(50 * time.Microsecond)
		}}
	}
	r := compare(t, Config{Threads: []int{1}, Rounds: 3, MaxDelay: 100}, note("A"), note("B"), note("C"))
	if r.Rounds != 3 || r.Dropped != 0 {
		t.Fatalf("%d rounds, %d dropped, want 3 and 0", r.Rounds, r.Dropped)
	}
	order = order[len(order)-9:]
	for i, name := range order {
		if want := string("ABC"[i%3]); name != want {
			t.Fatalf("order %v", order)
		}
	}
}

// TestCompareOverlaps checks that the threads of a window run at the same time,
// and an implementation on one thread by itself.
func TestCompareOverlaps(t *testing.T) {
	needCPUs(t, 2)
	var running, most, mostAlone atomic.Int32
	loop := func(most *atomic.Int32) func(_, n int) {
		return func(_, n int) {
			now := running.Add(1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
			}
			for start := time.Now(); time.Since(start) < 20*time.Microsecond; {
			}
			running.Add(-1)
		}
	}
	compare(t, Config{Threads: []int{2}, Rounds: 5, MaxDelay: 100}, Impl{Name: "both", Loop: loop(&most)})
	compare(t, Config{Threads: []int{1}, Rounds: 5, MaxDelay: 100}, Impl{Name: "alone", Loop: loop(&mostAlone)})
	if most.Load() != 2 || mostAlone.Load() != 1 {
		t.Errorf("%d threads ran at once when 2 should, %d when 1 should", most.Load(), mostAlone.Load())
	}
}

// TestCompareGrowsChunks begins with the chunk that a calibration leaves behind
// that stalled all the time.
func TestCompareGrowsChunks(t *testing.T) {
	team := newTeam(t, 1)
	cfg := Config{Window: 2 * time.Millisecond, Retries: 10, MaxDelay: 100}
	for try := 1; ; try++ {
		c := comparison{cfg: cfg, team: team, result: newResult(cfg, team, nil)}
		e := entry{impl: steps(1), threads: 1, chunk: 1}
		_, ok := c.window(&e, 0)
		if ok && e.chunk >= 10 && c.result.Rejected > 0 {
			return
		}
		if try == 10 { // a window that has waited for its CPU all the time is over after a few looks at the clock
			t.Fatalf("measured: %v; chunk %d after %d windows were rejected, want a larger one", ok, e.chunk, c.result.Rejected)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	for _, threads := range []int{-1, runtime.GOMAXPROCS(0) + 1} {
		if _, err := Compare(Config{Threads: []int{threads}}, steps(1)); err == nil {
			t.Errorf("Compare on %d threads succeeded", threads)
		}
	}
}

// TestCompareChecks sees that Check runs on every worker's thread, once, and
// that its error is returned.
func TestCompareChecks(t *testing.T) {
	needCPUs(t, 2)
	want := errors.New("planted")
	calls := 0
	_, err := Compare(Config{Threads: []int{2}, Rounds: 1, MaxDelay: 100, Check: func() error { calls++; return want }}, steps(1))
	if !errors.Is(err, want) || calls != 2 {
		t.Errorf("error %v after %d calls, want %v after 2", err, calls, want)
	}
}

func compare(t *testing.T, cfg Config, impls ...Impl) *Result {
	t.Helper()
	r, err := Compare(cfg, impls...)
	if errors.Is(err, ErrNoRounds) {
		t.Skip(err) // a busy machine; TestRejects sees to it that this isn't the rule's fault
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func needCPUs(tb testing.TB, n int) {
	tb.Helper()
	if cpus, _ := allowedCPUs(); len(cpus) < n || runtime.GOMAXPROCS(0) < n {
		tb.Skipf("needs %d CPUs", n)
	}
}
