package peers

import (
	"fmt"

	"github.com/percpu-go/percpu/bench"
)

// Target is a bound on a ratio of rows.
type Target struct {
	what  string
	ratio func(a, b *bench.Row) bench.Ratio
	a, b  row
	bound Bound
}

type row struct {
	name    string
	threads int
}

// What is compared: nanoseconds per operation and thread, or operations per
// second on all threads.
var (
	cost       = bench.Cost
	throughput = bench.Throughput
)

// Bound is what a ratio should be. The zero value is no bound: a ratio that is
// only shown.
type Bound struct {
	Value   float64 `json:"value"`
	AtLeast bool    `json:"at_least"` // or at most
}

func atMost(v float64) Bound  { return Bound{v, false} }
func atLeast(v float64) Bound { return Bound{v, true} }

func (b Bound) holds(v float64) bool {
	if b.AtLeast {
		return v >= b.Value
	}
	return v <= b.Value || b == Bound{}
}

func (b Bound) String() string {
	if b == (Bound{}) {
		return "–"
	}
	if b.AtLeast {
		return fmt.Sprintf("≥ %.2f", b.Value)
	}
	return fmt.Sprintf("≤ %.2f", b.Value)
}

// Verdict is a target with what was measured.
type Verdict struct {
	What    string        `json:"what"`
	Threads int           `json:"threads,omitempty"`
	Bound   Bound         `json:"bound"`
	Ratio   bench.Ratio   `json:"ratio"`             // the median over layouts, if there are several
	Layouts []bench.Ratio `json:"layouts,omitempty"` // in the order of their runs
	Note    string        `json:"note,omitempty"`    // what the ratio alone doesn't tell
}

// single is a verdict about one figure, which is not a ratio that was measured in
// rounds.
func single(what string, figure float64, bound Bound, note string) Verdict {
	return Verdict{What: what, Bound: bound, Ratio: bench.Ratio{Median: figure, Minima: figure}, Note: note}
}

// The words that a verdict ends in.
const (
	okBoth   = "ok"
	okMedian = "ok (median)"
	okMinima = "ok (minima)"
	Missed   = "MISSED"
	shown    = "shown"
)

// Status says whether the median of ratios and the ratio of minima are within
// the bound. Either is enough, but it says which.
func (v Verdict) Status() string {
	median, minima := v.Bound.holds(v.Ratio.Median), v.Bound.holds(v.Ratio.Minima)
	switch {
	case v.Bound == Bound{}:
		return shown
	case median && minima:
		return okBoth
	case median:
		return okMedian
	case minima:
		return okMinima
	}
	return Missed
}

// sides are bounds of the costs of a type on a backend over a peer's, on 1 thread
// and on 2. 0 is none.
type sides struct{ one, two float64 }

// costTargets wants the cost of a row of ours within bounds of a peer's, on
// both backends. What is compared is the same, so it says only once what.
func costTargets(what, peer string, rseq, atomic sides) (targets []Target) {
	for _, side := range []struct {
		ours, what string
		sides
	}{{PercpuRseq, what, rseq}, {PercpuAtomic, "atomic backend: " + what, atomic}} {
		if side.one > 0 {
			targets = append(targets, Target{side.what, cost, row{side.ours, 1}, row{peer, 1}, atMost(side.one)})
		}
		if side.two > 0 {
			targets = append(targets, Target{side.what, cost, row{side.ours, 2}, row{peer, 2}, atMost(side.two)})
		}
	}
	return targets
}

// Judge compares a result with the targets whose rows it has.
func Judge(r *bench.Result, targets []Target) (verdicts []Verdict) {
	for _, t := range targets {
		a, b := r.Row(t.a.name, t.a.threads), r.Row(t.b.name, t.b.threads)
		if a != nil && b != nil {
			verdicts = append(verdicts, Verdict{What: t.what, Threads: t.a.threads, Bound: t.bound, Ratio: t.ratio(a, b)})
		}
	}
	return verdicts
}
