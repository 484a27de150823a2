package bench

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/rseqbackend"
)

// threadCounts are the numbers of threads that benchmarks run on.
var threadCounts = []int{1, 2}

// parallel runs loop b.N times on each of the threads, all pinned to CPUs of
// their own. So ns/op is the cost per thread, and stays the same if an
// implementation scales.
func parallel(b *testing.B, threads int, loop func(thread, n int)) {
	b.Helper()
	team := newTeam(b, threads)
	delays := make([]time.Duration, threads)
	all := func(n int) {
		var wg sync.WaitGroup
		wg.Add(threads)
		for i, w := range team.workers {
			w.jobs <- func(th *osThread) {
				defer wg.Done()
				delay := th.delay()
				loop(i, n)
				delays[i] = th.delay() - delay
			}
		}
		wg.Wait()
	}
	all(1)
	b.ResetTimer()
	start := time.Now()
	all(b.N)
	elapsed := time.Since(start)
	b.StopTimer()
	var delay time.Duration
	for _, d := range delays {
		delay = max(delay, d)
	}
	b.ReportMetric(float64(threads)*float64(b.N)/elapsed.Seconds()/1e6, "Mop/s")
	if team.timed {
		b.ReportMetric(100*float64(delay)/float64(elapsed), "%waited") // more than a few: don't trust it
	}
}

// eachBackend runs f with every backend, in a sub-benchmark that names it.
func eachBackend(b *testing.B, f func(b *testing.B, be backend.Backend)) {
	key := "impl=percpu/backend=" + rseqbackend.Name
	if rseq, err := rseqbackend.Open(); err == nil {
		b.Run(key+"/index="+string(rseq.Info().Index), func(b *testing.B) { f(b, rseq) })
	} else {
		b.Run(key, func(b *testing.B) {
			if os.Getenv("PERCPU_REQUIRE") == rseqbackend.Name {
				b.Fatal(err)
			}
			b.Skip(err)
		})
	}
	b.Run("impl=percpu/backend="+atomicbackend.Name, func(b *testing.B) {
		atomic, err := atomicbackend.Open()
		if err != nil {
			b.Fatal(err)
		}
		f(b, atomic)
	})
}

// onBackend is parallel for operations on a backend. It fails if the backend
// did not do them as it is named for, and for the value of which got and want
// are told.
func onBackend(b *testing.B, be backend.Backend, threads int, loop func(thread, n int)) {
	b.Helper()
	before, refused := be.Stats(), be.Memory().Stats().Refused
	parallel(b, threads, loop)
	after := be.Stats()
	ops := uint64(threads) * uint64(b.N)
	if n := after.Overflows - before.Overflows; n > 100 { // more than goroutines that are to yield twice in a row
		b.Fatalf("%d of %d operations done on overflow slots; failures: %v", n, ops, after.Failures)
	}
	if n := be.Memory().Stats().Refused - refused; n > 0 {
		b.Fatalf("no memory for %d cells", n)
	}
	if countsAborts && be.Name() == rseqbackend.Name {
		b.ReportMetric(float64(after.Aborts-before.Aborts)/float64(ops), "aborts/op")
	}
}
