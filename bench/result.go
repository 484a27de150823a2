package bench

import (
	"math"
	"slices"
)

// Result is the outcome of a comparison.
type Result struct {
	CPUs     []int    `json:"cpus"`     // that the threads were pinned to
	Rounds   int      `json:"rounds"`   // that were completed
	Dropped  int      `json:"dropped"`  // rounds that were given up
	Rejected int      `json:"rejected"` // windows that did not count
	Notes    []string `json:"notes,omitempty"`
	Rows     []*Row   `json:"rows"`
}

// Row is an implementation on a number of threads.
type Row struct {
	Name       string    `json:"name"`
	Threads    int       `json:"threads"`
	Min        float64   `json:"ns_min"`    // nanoseconds per operation and thread
	Median     float64   `json:"ns_median"` //
	Throughput float64   `json:"mops"`      // million operations per second on all threads, median
	Costs      []float64 `json:"ns_rounds"` // by round
}

// Ratio compares two rows.
type Ratio struct {
	Median float64 `json:"median"` // of the ratios within rounds
	Minima float64 `json:"minima"` // ratio of the smallest costs
}

func newResult(cfg Config, t *team, impls []Impl) *Result {
	r := &Result{Dropped: cfg.Rounds}
	if t.pinned {
		for _, w := range t.workers {
			r.CPUs = append(r.CPUs, w.thread.cpu)
		}
	} else {
		r.Notes = append(r.Notes, "threads could not be pinned: several may have run on one CPU")
	}
	if !t.timed {
		r.Notes = append(r.Notes, "no account of the time that threads waited for a CPU: no window was rejected for it")
	}
	for _, threads := range cfg.Threads {
		for _, impl := range impls {
			r.Rows = append(r.Rows, &Row{Name: impl.Name, Threads: threads})
		}
	}
	return r
}

// add appends the costs of a round, one for each row.
func (r *Result) add(costs []float64) {
	r.Rounds++
	r.Dropped--
	for i, row := range r.Rows {
		row.Costs = append(row.Costs, costs[i])
	}
}

// summarize computes what follows from the rows' costs.
func (r *Result) summarize() {
	for _, row := range r.Rows {
		row.Min = slices.Min(row.Costs)
		row.Median = median(row.Costs)
		row.Throughput = float64(row.Threads) / row.Median * 1e3
	}
}

// Row returns the row of an implementation on a number of threads, or nil.
func (r *Result) Row(name string, threads int) *Row {
	for _, row := range r.Rows {
		if row.Name == name && row.Threads == threads {
			return row
		}
	}
	return nil
}

// Join returns the results of several comparisons of the same
// implementations, with their rounds one after the other, or nil if there
// are none.
func Join(results ...*Result) *Result {
	if len(results) == 0 {
		return nil
	}
	first := results[0]
	sum := &Result{CPUs: first.CPUs, Notes: first.Notes}
	for _, row := range first.Rows {
		sum.Rows = append(sum.Rows, &Row{Name: row.Name, Threads: row.Threads})
	}
	for _, r := range results {
		sum.Rounds += r.Rounds
		sum.Dropped += r.Dropped
		sum.Rejected += r.Rejected
		for i, row := range r.Rows {
			sum.Rows[i].Costs = append(sum.Rows[i].Costs, row.Costs...)
		}
	}
	sum.summarize()
	return sum
}

// Cost returns a's cost over b's.
func Cost(a, b *Row) Ratio {
	ratios := make([]float64, len(a.Costs))
	for i := range ratios {
		ratios[i] = a.Costs[i] / b.Costs[i]
	}
	return Ratio{median(ratios), a.Min / b.Min}
}

// Throughput returns a's throughput over b's.
func Throughput(a, b *Row) Ratio {
	ratios := make([]float64, len(a.Costs))
	threads := float64(a.Threads) / float64(b.Threads)
	for i := range ratios {
		ratios[i] = b.Costs[i] / a.Costs[i] * threads
	}
	return Ratio{median(ratios), b.Min / a.Min * threads}
}

// MedianRatio returns the medians of ratios that were measured separately.
func MedianRatio(ratios []Ratio) Ratio {
	medians, minima := make([]float64, len(ratios)), make([]float64, len(ratios))
	for i, r := range ratios {
		medians[i], minima[i] = r.Median, r.Minima
	}
	return Ratio{median(medians), median(minima)}
}

func median(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	xs = slices.Sorted(slices.Values(xs))
	mid := len(xs) / 2
	if len(xs)%2 == 1 {
		return xs[mid]
	}
	return (xs[mid-1] + xs[mid]) / 2
}
