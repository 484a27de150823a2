package peers

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

var background = context.Background()

// shutRuns is how often each cost is taken.
const shutRuns = 201

// ShutCosts measures what ends what readers count on CPUs: Kill, Close and Synchronize,
// of values that were used much, so that there is a fence, and little, so that there is
// none; while nobody else does anything, and while all other CPUs use the same value.
func ShutCosts(h Host) Group {
	opt := primitives.WithBackend(h.chosen)
	g := Group{Name: "shutcosts"}
	for _, often := range []bool{false, true} {
		for _, busy := range []bool{false, true} {
			what := map[bool]string{false: "used little", true: "used much"}[often]
			if busy {
				what += ", others use it"
			}
			uses := 10
			if often {
				uses = 5000
			}
			g.Verdicts = append(g.Verdicts,
				shutCost("Ref.Kill, "+what, uses, busy, func() (func(), func()) {
					r := primitives.NewRef(opt)
					return func() {
						if r.TryGet() {
							r.Put()
						}
					}, func() { r.Kill(nil) }
				}),
				shutCost("Gate.Close, "+what, uses, busy, func() (func(), func()) {
					gate := primitives.NewGate(opt)
					return func() {
						if gate.Enter() {
							gate.Leave()
						}
					}, func() { _ = gate.Close(background) }
				}),
				shutCost("Sections.Synchronize, "+what, uses, busy, func() (func(), func()) {
					s := primitives.NewSections(opt)
					return func() { s.Leave(s.Enter()) }, func() { _ = s.Synchronize(background) }
				}),
			)
		}
	}
	return g
}

// shutCost returns the median duration of what ends, in microseconds.
func shutCost(what string, uses int, busy bool, open func() (use, shut func())) Verdict {
	var durations []time.Duration
	for range shutRuns {
		use, shut := open()
		for range uses {
			use()
		}
		var stop atomic.Bool
		var others sync.WaitGroup
		if busy {
			for range runtime.GOMAXPROCS(0) - 1 {
				others.Add(1)
				go func() {
					defer others.Done()
					for !stop.Load() {
						use()
					}
				}()
			}
			for range uses {
				use()
			}
		}
		began := time.Now()
		shut()
		durations = append(durations, time.Since(began))
		stop.Store(true)
		others.Wait()
	}
	slices.Sort(durations)
	return single(what+", µs", float64(durations[len(durations)/2].Nanoseconds())/1000, Bound{}, "longest "+durations[len(durations)-1].String())
}
