//lint:file-ignore SA2001 empty critical sections are what is measured

//go:build !race && !js

package primitives_test

import (
	"fmt"
	"slices"
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

const preemptionTries = 5

// busyLoops are the operations that people have in loops. Each loop is written
// out.
func busyLoops(b backend.Backend) []backendtest.BusyLoop {
	with := primitives.WithBackend(b)
	c, f := primitives.NewCounter(with), primitives.NewFloatCounter(with)
	rw := primitives.NewRWMutex(with)
	l := primitives.NewFreeList[[64]byte](with)
	m := primitives.NewCounterMap[int](with)
	return []backendtest.BusyLoop{
		{Name: "Counter.Add", Run: func(stop *atomic.Bool) {
			for !stop.Load() {
				for range backendtest.PerLook {
					c.Add(1)
				}
			}
		}},
		{Name: "FloatCounter.Add", Run: func(stop *atomic.Bool) {
			for !stop.Load() {
				for range backendtest.PerLook {
					f.Add(0.5)
				}
			}
		}},
		{Name: "RLock+RUnlock", Run: func(stop *atomic.Bool) {
			for !stop.Load() {
				for range backendtest.PerLook {
					rw.RLock()
					rw.RUnlock()
				}
			}
		}},
		{Name: "FreeList.Get+Put", Run: func(stop *atomic.Bool) {
			for !stop.Load() {
				for range backendtest.PerLook {
					l.Put(l.Get())
				}
			}
		}},
		{Name: "CounterMap.Inc", Run: func(stop *atomic.Bool) {
			for !stop.Load() {
				for range backendtest.PerLook {
					m.Inc(1)
				}
			}
		}},
	}
}

func TestStopTheWorld(t *testing.T) {
	rounds, each, bound := 5, 200, 2.0
	if testing.Short() {
		// So few tell beside other programs only what is ten times as long, as it is
		// beside a loop that can't be preempted.
		rounds, each, bound = 3, 20, 5
	}
	comparePauses(t, backendtest.StopTheWorld, rounds, each, bound)
}

func TestWakeUp(t *testing.T) {
	if testing.Short() {
		t.Skip("some 20 ms for each goroutine; a loop that keeps a goroutine waiting keeps TestStopTheWorld waiting")
	}
	comparePauses(t, backendtest.WakeUp, 3, 8, 1.2)
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
			loops := append([]backendtest.BusyLoop{backendtest.PlainLoop}, busyLoops(b)...)
			var report string
			for try := 1; try <= preemptionTries && len(loops) > 1; try++ {
				waits := waitsBeside(loops, measure, rounds, each)
				bad := loops[:1]
				for i, w := range waits[1:] {
					ratio := float64(w.least) / float64(waits[0].least)
					line := fmt.Sprintf("try %d, %s: %.2f times a plain loop's; %s; plain: %s", try, loops[i+1].Name, ratio, w, waits[0])
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

func waitsBeside(loops []backendtest.BusyLoop, measure func() time.Duration, rounds, each int) []waits {
	all := make([]waits, len(loops))
	for round := range rounds {
		for i, l := range loops {
			took := slices.Sorted(slices.Values(l.While(each, measure)))
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
