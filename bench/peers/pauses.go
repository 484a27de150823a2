//lint:file-ignore SA2001 empty critical sections are what is measured

package peers

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// busyLoops are plain loops, and then those of operations that people have in
// such loops, on each backend. Each is written out.
func busyLoops(h Host) []backendtest.BusyLoop {
	loops := []backendtest.BusyLoop{backendtest.PlainLoop}
	for _, b := range h.backends() {
		c := primitives.NewCounter(primitives.WithBackend(b.backend))
		f := primitives.NewFloatCounter(primitives.WithBackend(b.backend))
		rw := primitives.NewRWMutex(primitives.WithBackend(b.backend))
		l := primitives.NewFreeList[object](primitives.WithBackend(b.backend))
		m := primitives.NewCounterMap[string](primitives.WithBackend(b.backend))
		for _, loop := range []backendtest.BusyLoop{
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
			{Name: "FreeList Get+Put", Run: func(stop *atomic.Bool) {
				for !stop.Load() {
					for range backendtest.PerLook {
						l.Put(l.Get())
					}
				}
			}},
			{Name: "CounterMap.Inc", Run: func(stop *atomic.Bool) {
				for !stop.Load() {
					for range backendtest.PerLook {
						m.Inc("key")
					}
				}
			}},
		} {
			loop.Name = b.name + ", " + loop.Name
			loops = append(loops, loop)
		}
	}
	return loops
}

// Pauses measures what has to wait for busy loops, in rounds in which the loops
// take turns.
func Pauses(h Host, quick bool) Group {
	g := Group{Name: "pauses"}
	rounds := 10
	if quick {
		rounds = 4
	}
	g.Verdicts = append(pauses(h, "a stop of the world", backendtest.StopTheWorld, rounds, 100, 2), pauses(h, "a goroutine's wait to run", backendtest.WakeUp, rounds, 6, 1.2)...)
	return g
}

func pauses(h Host, what string, measure func() time.Duration, rounds, each int, bound float64) (verdicts []Verdict) {
	loops := busyLoops(h)
	took := make([][]time.Duration, len(loops))
	for range rounds {
		for i, l := range loops {
			took[i] = append(took[i], l.While(each, measure)...)
		}
	}
	for i := range loops {
		slices.Sort(took[i])
		if i > 0 {
			verdicts = append(verdicts, single(fmt.Sprintf("%s while all Ps do %s / a plain loop", what, loops[i].Name),
				float64(at(took[i], 0.5))/float64(at(took[0], 0.5)), atMost(bound), quantiles(took[i])+"; plain "+quantiles(took[0])))
		}
	}
	return verdicts
}

// at returns a quantile of sorted times.
func at(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func quantiles(sorted []time.Duration) string {
	return fmt.Sprintf("p50 %s, p99 %s, max %s ms", milliseconds(at(sorted, 0.5)), milliseconds(at(sorted, 0.99)), milliseconds(sorted[len(sorted)-1]))
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.3g", d.Seconds()*1e3) }
