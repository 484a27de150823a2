package primitives

import (
	"slices"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestVecWithBackend: all that a vector counts is counted on the backend that it was
// given: its series, their number, and what there was no room for.
func TestVecWithBackend(t *testing.T) {
	for _, candidate := range Candidates() {
		b, err := candidate.Open()
		if err != nil {
			t.Logf("%s: %v", candidate.Name, err)
			continue
		}
		counters := NewCounterVec([]string{"l"}, WithBackend(b), WithMaxKeys(1))
		floats := NewFloatCounterVec([]string{"l"}, WithBackend(b), WithMaxKeys(1))
		histograms := NewHistogramVec([]string{"l"}, []float64{1}, WithBackend(b), WithMaxKeys(1))
		for _, value := range []string{"a", "b"} {
			counters.With(value).Inc()
			floats.With(value).Add(1)
			histograms.With(value).Observe(1)
		}
		for what, cell := range map[string]*backend.Cell{
			"CounterVec's map":        &counters.v.series.core.count,
			"CounterVec's dropped":    &counters.v.dropped.cell,
			"CounterVec's series":     &counters.With("a").cell,
			"CounterVec's overflow":   &counters.Overflow().cell,
			"FloatCounterVec's map":   &floats.v.series.core.count,
			"FloatCounterVec's drop":  &floats.v.dropped.cell,
			"FloatCounterVec's item":  &floats.With("a").cell,
			"HistogramVec's map":      &histograms.v.series.core.count,
			"HistogramVec's dropped":  &histograms.v.dropped.cell,
			"HistogramVec's series":   &histograms.With("a").parts.buckets[0],
			"HistogramVec's overflow": &histograms.Overflow().parts.sum,
		} {
			if got := cell.Backend(); got != b {
				t.Errorf("%s: %s has backend %v", candidate.Name, what, got)
			}
		}
	}
}

// TestVecChains: series whose hashes are the same are told apart by their values, and
// deleted from every place of their chain.
func TestVecChains(t *testing.T) {
	for gone := range 3 {
		var v vec[Counter]
		v.start("CounterVec", []string{"l"}, options{}, nil)
		v.with([]string{"a"})
		h := hashOfAll(*v.seed.Load(), []string{"a"})
		a, _ := v.series.Load(h)
		// as if b and c had a's hash
		b, c := &series[Counter]{values: []string{"b"}}, &series[Counter]{values: []string{"c"}}
		a.next.Store(b)
		b.next.Store(c)
		all := []*series[Counter]{a, b, c}
		for _, s := range all {
			if a.find(s.values) != s {
				t.Errorf("%v is not found", s.values)
			}
		}
		v.cut(h, a, all[gone])
		chain, _ := v.series.Load(h)
		var left []string
		v.each(func(values []string, _ *Counter) bool {
			left = append(left, values[0])
			return true
		})
		want := slices.Delete([]string{"a", "b", "c"}, gone, gone+1)
		if !slices.Equal(left, want) || chain.find(all[gone].values) != nil {
			t.Errorf("without %v: %v", all[gone].values, left)
		}
		n := 0
		v.each(func([]string, *Counter) bool { n++; return false })
		if n != 1 {
			t.Errorf("Range went on, %d calls", n)
		}
	}
}
