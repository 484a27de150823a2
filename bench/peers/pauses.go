//lint:file-ignore SA2001 empty critical sections are what is measured

package peers

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// busyLoop is what goroutines do all the time while something else has to wait
// for them.
type busyLoop struct {
	name string
	run  func(stop *atomic.Bool)
}

const perLook = 1000 // operations between two looks at whether to stop

// busyLoops are plain loops, and then those of operations that people have in
// such loops, on each backend. All look equally rarely at whether to stop.
func busyLoops(h Host) []busyLoop {
	loops := []busyLoop{
		{Plain, func(stop *atomic.Bool) {
			var word padded[int64]
			for !stop.Load() {
				for range perLook {
					increment(&word.v)
				}
			}
		}},
	}
	for _, b := range h.backends() {
		c := primitives.NewCounter(primitives.WithBackend(b.backend))
		f := primitives.NewFloatCounter(primitives.WithBackend(b.backend))
		rw := primitives.NewRWMutex(primitives.WithBackend(b.backend))
		l := primitives.NewFreeList[object](primitives.WithBackend(b.backend))
		m := primitives.NewCounterMap[string](primitives.WithBackend(b.backend))
		for _, loop := range []busyLoop{
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
			{"FreeList Get+Put", func(stop *atomic.Bool) {
				for !stop.Load() {
					for range perLook {
						l.Put(l.Get())
					}
				}
			}},
			{"CounterMap.Inc", func(stop *atomic.Bool) {
				for !stop.Load() {
					for range perLook {
						m.Inc("key")
					}
				}
			}},
		} {
			loop.name = b.name + ", " + loop.name
			loops = append(loops, loop)
		}
	}
	return loops
}

// while runs f while as many goroutines as there are Ps do nothing but the loop.
func (l busyLoop) while(f func()) {
	var stop atomic.Bool
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Add(1)
		go func() {
			defer done.Done()
			l.run(&stop)
		}()
	}
	time.Sleep(time.Millisecond) // until they run
	f()
	stop.Store(true)
	done.Wait()
}

// stopTheWorld returns how long a stop of the world took, as a collection makes
// two of. The other goroutines are given some time before it, because they come
// from the last stop and run nothing of their own yet.
func stopTheWorld() time.Duration {
	const run = 200 * time.Microsecond
	for end := time.Now().Add(run); time.Now().Before(end); {
	}
	var stats runtime.MemStats
	began := time.Now()
	runtime.ReadMemStats(&stats)
	return time.Since(began)
}

// wakeUp returns how long a goroutine that slept waited to run.
func wakeUp() time.Duration {
	const sleep = time.Millisecond
	began := time.Now()
	time.Sleep(sleep)
	return time.Since(began) - sleep
}

// Pauses measures what has to wait for busy loops, in rounds in which the loops
// take turns.
func Pauses(h Host, quick bool) Group {
	g := Group{Name: "pauses"}
	rounds := 10
	if quick {
		rounds = 4
	}
	g.Verdicts = append(pauses(h, "a stop of the world", stopTheWorld, rounds, 100, 2), pauses(h, "a goroutine's wait to run", wakeUp, rounds, 6, 1.2)...)
	return g
}

func pauses(h Host, what string, measure func() time.Duration, rounds, each int, bound float64) (verdicts []Verdict) {
	loops := busyLoops(h)
	took := make([][]time.Duration, len(loops))
	for range rounds {
		for i, l := range loops {
			l.while(func() {
				for range each {
					took[i] = append(took[i], measure())
				}
			})
		}
	}
	for i := range loops {
		slices.Sort(took[i])
		if i > 0 {
			verdicts = append(verdicts, single(fmt.Sprintf("%s while all Ps do %s / a plain loop", what, loops[i].name),
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
