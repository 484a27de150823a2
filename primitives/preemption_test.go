//lint:file-ignore SA2001 empty critical sections are what is measured

//go:build !race && !js

package primitives_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// Assembly can't be preempted: what does nothing but call it in a loop must find
// out by itself that the runtime wants the goroutine to yield. These tests compare
// what has to wait for such loops with what it waits for a plain one. The loops take
// turns, and what is compared is the least of the rounds' medians, because on a
// busy machine everybody waits now and then; a loop that looks bad is measured
// again.

const preemptionTries = 3

// busyLoop is what goroutines do all the time.
type busyLoop struct {
	name string
	run  func(stop *atomic.Bool)
}

// perLook is how many operations a loop does between two looks at whether to stop.
const perLook = 10_000

//go:noinline
func increment(p *int64) { *p++ }

var plainLoop = busyLoop{"plain", func(stop *atomic.Bool) {
	var word int64
	for !stop.Load() {
		for range perLook {
			increment(&word)
		}
	}
}}

// busyLoops are the operations that people have in loops. Each loop is written
// out, and calls nothing else: every Go function that it called would be a point
// to be preempted at.
func busyLoops(b backend.Backend) []busyLoop {
	with := primitives.WithBackend(b)
	c, f := primitives.NewCounter(with), primitives.NewFloatCounter(with)
	rw := primitives.NewRWMutex(with)
	l := primitives.NewFreeList[[64]byte](with)
	m := primitives.NewCounterMap[int](with)
	return []busyLoop{
		{"Counter.Add", func(stop *atomic.Bool) {
			for !stop.Load() {
				for range perLook {
					c.Add(1)
				}
			}
		}},
		{"FloatCounter.Add", func(stop *atomic.Bool) {
			for !stop.Load() {
				for range perLook {
					f.Add(0.5)
				}
			}
		}},
		{"RLock+RUnlock", func(stop *atomic.Bool) {
			for !stop.Load() {
				for range perLook {
					rw.RLock()
					rw.RUnlock()
				}
			}
		}},
		{"FreeList.Get+Put", func(stop *atomic.Bool) {
			for !stop.Load() {
				for range perLook {
					l.Put(l.Get())
				}
			}
		}},
		{"CounterMap.Inc", func(stop *atomic.Bool) {
			for !stop.Load() {
				for range perLook {
					m.Inc(1)
				}
			}
		}},
	}
}

// while measures again and again while all Ps have a goroutine that does nothing but the loop.
func (l busyLoop) while(times int, measure func() time.Duration) (took []time.Duration) {
	var stop atomic.Bool
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Add(1)
		go func() {
			defer done.Done()
			l.run(&stop)
		}()
	}
	runtime.Gosched()
	for range times {
		took = append(took, measure())
	}
	stop.Store(true)
	done.Wait()
	return took
}

// stopTheWorld says how long a stop of the world takes. Before it the other
// goroutines get some time: they come from the last one, and are in the
// scheduler.
func stopTheWorld() time.Duration {
	for end := time.Now().Add(200 * time.Microsecond); time.Now().Before(end); {
	}
	var stats runtime.MemStats
	began := time.Now()
	runtime.ReadMemStats(&stats)
	return time.Since(began)
}

// wakeUp says how long a goroutine that has slept waits to run.
func wakeUp() time.Duration {
	began := time.Now()
	time.Sleep(time.Millisecond)
	return time.Since(began) - time.Millisecond
}

func TestStopTheWorld(t *testing.T) {
	rounds, each := 5, 200
	if testing.Short() {
		rounds, each = 3, 20
	}
	comparePauses(t, stopTheWorld, rounds, each, 2)
}

func TestWakeUp(t *testing.T) {
	if testing.Short() {
		t.Skip("some 20 ms for each goroutine; a loop that keeps a goroutine waiting keeps TestStopTheWorld waiting")
	}
	comparePauses(t, wakeUp, 3, 8, 1.2)
}

// comparePauses fails if a wait beside one of the loops is more than bound times what it is
// beside a plain one.
func comparePauses(t *testing.T, measure func() time.Duration, rounds, each int, bound float64) {
	for _, candidate := range primitives.Candidates() {
		t.Run(candidate.Name, func(t *testing.T) {
			b, err := candidate.Open()
			if err != nil {
				backendtest.Unavailable(t, candidate.Name, err)
			}
			loops := append([]busyLoop{plainLoop}, busyLoops(b)...)
			var report string
			for try := 1; try <= preemptionTries && len(loops) > 1; try++ {
				waits := waitsBeside(loops, measure, rounds, each)
				bad := loops[:1]
				for i, w := range waits[1:] {
					ratio := float64(w.least) / float64(waits[0].least)
					line := fmt.Sprintf("try %d, %s: %.2f times a plain loop's; %s; plain: %s", try, loops[i+1].name, ratio, w, waits[0])
					if ratio <= bound {
						t.Log(line)
						continue
					}
					report += "\n" + line
					bad = append(bad[:len(bad):len(bad)], loops[i+1])
				}
				loops = bad
			}
			if len(loops) > 1 {
				t.Errorf("want at most %.1f:%s", bound, report)
			}
		})
	}
}

// waits are what was measured beside a loop.
type waits struct {
	all   []time.Duration
	least time.Duration // of the rounds' medians
}

func waitsBeside(loops []busyLoop, measure func() time.Duration, rounds, each int) []waits {
	all := make([]waits, len(loops))
	for round := range rounds {
		for i, l := range loops {
			took := slices.Sorted(slices.Values(l.while(each, measure)))
			if median := took[each/2]; round == 0 || median < all[i].least {
				all[i].least = median
			}
			all[i].all = append(all[i].all, took...)
		}
	}
	return all
}

func (w waits) String() string {
	n := len(w.all)
	slices.Sort(w.all)
	return fmt.Sprintf("least median %v, p50 %v, p99 %v, max %v", w.least, w.all[n/2], w.all[n*99/100], w.all[n-1])
}
