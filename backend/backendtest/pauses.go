package backendtest

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// BusyLoop is what goroutines do all the time while something else has to wait for
// them. Run is written out, and calls nothing but the operation that it is about:
// every Go function that it called would be a point to be preempted at.
type BusyLoop struct {
	Name string
	Run  func(stop *atomic.Bool)
}

// PerLook is how many operations a BusyLoop does between two looks at whether to
// stop.
const PerLook = 10_000

//go:noinline
func increment(p *int64) { *p++ }

// PlainLoop has no operation, only a call of a function with a prologue.
var PlainLoop = BusyLoop{Name: "plain", Run: func(stop *atomic.Bool) {
	word := new(struct {
		_ [128]byte
		n int64
		_ [128]byte
	})
	for !stop.Load() {
		for range PerLook {
			increment(&word.n)
		}
	}
}}

// While measures again and again while all Ps have a goroutine that does nothing but
// the loop.
func (l BusyLoop) While(times int, measure func() time.Duration) (took []time.Duration) {
	var stop atomic.Bool
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Add(1)
		go func() {
			defer done.Done()
			l.Run(&stop)
		}()
	}
	time.Sleep(time.Millisecond) // until they run
	for range times {
		took = append(took, measure())
	}
	stop.Store(true)
	done.Wait()
	return took
}

// StopTheWorld returns how long a stop of the world takes, as a collection makes two
// of. Before it the other goroutines get some time: they come from the last one, and
// are in the scheduler.
func StopTheWorld() time.Duration {
	for end := time.Now().Add(200 * time.Microsecond); time.Now().Before(end); {
	}
	var stats runtime.MemStats
	began := time.Now()
	runtime.ReadMemStats(&stats)
	return time.Since(began)
}

// WakeUp returns how long a goroutine that has slept waits to run.
func WakeUp() time.Duration {
	began := time.Now()
	time.Sleep(time.Millisecond)
	return time.Since(began) - time.Millisecond
}
