package primitives_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// stressBounds give each value that is observed, 0 to 15, a bucket of its own, so that
// the buckets tell the sum.
var stressBounds = []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// few are the goroutines that observe. A snapshot that is exact waits for those that were
// preempted in an Observe, and so for a turn of all, if they do nothing else.
const few = 4

// batch is how many observations a goroutine makes before it says that it has.
const batch = 8

// observeAndLook has goroutines observe, and threads that end, under all that happens
// to threads, and takes snapshots all the time, until there have been as many of both. A
// snapshot is told how many observations have come to their end before it begins. It
// returns how many there were of each value.
func observeAndLook(t *testing.T, observations, snapshots int, observe func(v float64), look func(least uint64)) (want [16]uint64) {
	var observed [16]atomic.Uint64
	var stop atomic.Bool
	var wait sync.WaitGroup
	torment := backendtest.StartTorment(func() {
		observe(15)
		observed[15].Add(1)
	})
	var all atomic.Int64
	for range few {
		wait.Add(1)
		go func() {
			defer wait.Done()
			var mine [16]uint64
			for n := 0; !stop.Load(); n++ {
				for range batch {
					observe(float64(n & 15))
				}
				mine[n&15] += batch
				all.Add(batch)
			}
			for i := range mine {
				observed[i].Add(mine[i])
			}
		}()
	}
	taken := 0
	for ; taken < snapshots || all.Load() < int64(observations); taken++ {
		look(uint64(all.Load()))
	}
	stop.Store(true)
	wait.Wait()
	torment.Stop()
	if torment.Err != nil {
		t.Error(torment.Err)
	}
	t.Logf("%d adds, %d snapshots: %v", all.Load(), taken, torment)
	for i := range want {
		want[i] = observed[i].Load()
	}
	return want
}

// amount returns how many observations and snapshots a stress test makes.
func amount(t *testing.T) (observations, snapshots int) {
	if strings.HasSuffix(t.Name(), "/fake") {
		return fakeAdds / 10, 20
	}
	if testing.Short() {
		return backendtest.Adds(t) / 20, 20
	}
	return backendtest.Adds(t), 1000
}

func TestStressHistogram(t *testing.T) {
	eachHistogram(t, func(t *testing.T, opts ...primitives.HistogramOption) {
		h := primitives.NewHistogram(stressBounds, opts...)
		observations, snapshots := amount(t)
		if bad := stressHistogram(t, h, observations, snapshots, len(opts) > 1); bad > 0 {
			t.Errorf("%d snapshots are wrong", bad)
		}
	})
}

// TestStressHistogramNotices: snapshots that are not exact are noticed by what looks at
// those that are.
func TestStressHistogramNotices(t *testing.T) {
	b, err := primitives.Candidates()[1].Open() // which has no sections, and changes one after the other
	if err != nil {
		t.Fatal(err)
	}
	for try := range 100 {
		if bad := stressHistogram(t, primitives.NewHistogram(stressBounds, primitives.WithBackend(b)), 50_000, 100, true); bad > 0 {
			t.Logf("noticed in run %d: %d wrong", try+1, bad)
			return
		}
	}
	t.Error("not noticed")
}

// stressHistogram returns how many snapshots were wrong, the last of which has all
// observations.
func stressHistogram(t *testing.T, h *primitives.Histogram, observations, snapshots int, exact bool) (bad int) {
	var s, before primitives.HistogramSnapshot
	want := observeAndLook(t, observations, snapshots, h.Observe, func(least uint64) {
		h.Snapshot(&s)
		if wrong(t, s, before, exact) {
			bad++
		}
		if s.Count < least {
			t.Logf("%d observations, though %d were over before", s.Count, least)
			bad++
		}
		s, before = before, s
	})
	h.Snapshot(&s)
	if wrong(t, s, before, true) {
		bad++
	}
	for i, n := range want {
		if s.Buckets[i] != n {
			t.Logf("%d in bucket %d, want %d", s.Buckets[i], i, n)
			bad++
		}
	}
	return bad
}

// wrong reports whether a snapshot is not what it should be, after the one before.
func wrong(t *testing.T, s, before primitives.HistogramSnapshot, exact bool) bool {
	sum, count := 0.0, uint64(0)
	for i, n := range s.Buckets {
		sum += float64(n) * float64(i)
		count += n
		if before.Buckets != nil && n < before.Buckets[i] {
			t.Logf("%d in bucket %d after %d", n, i, before.Buckets[i])
			return true
		}
	}
	if count != s.Count || exact && sum != s.Sum {
		return true
	}
	return false
}

func TestStressExpHistogram(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		observations, snapshots := amount(t)
		h := primitives.NewExpHistogram(opt)
		var s primitives.ExpHistogramSnapshot
		count := uint64(0)
		want := observeAndLook(t, observations, snapshots, h.Observe, func(least uint64) {
			if h.Snapshot(&s); s.Count < count || s.Count < least {
				t.Errorf("count %d after %d, and %d were over before", s.Count, count, least)
			}
			count = s.Count
		})
		h.Snapshot(&s)
		sum, n := 0.0, uint64(0)
		for i := range want {
			sum += float64(i) * float64(want[i])
			n += want[i]
		}
		if s.Count != n || s.Sum != sum || s.ZeroCount != want[0] {
			t.Errorf("count %d of %d, sum %v of %v, %d of %d zeros", s.Count, n, s.Sum, sum, s.ZeroCount, want[0])
		}
	})
}
