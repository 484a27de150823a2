package primitives_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// eachHistogram runs f with both kinds of Histogram on every backend.
func eachHistogram(t *testing.T, f func(t *testing.T, opts ...primitives.HistogramOption)) {
	for name, more := range map[string][]primitives.HistogramOption{"plain": nil, "exact": {primitives.WithExactSnapshots()}} {
		t.Run(name, func(t *testing.T) {
			eachBackend(t, func(t *testing.T, opt primitives.Option) { f(t, append(slices.Clone(more), opt)...) })
		})
	}
}

func TestHistogram(t *testing.T) {
	eachHistogram(t, func(t *testing.T, opts ...primitives.HistogramOption) {
		h := primitives.NewHistogram([]float64{-1, 0, 2.5, math.Inf(1)}, opts...)
		var s primitives.HistogramSnapshot
		for round := uint64(1); round < 4; round++ {
			for _, v := range []float64{-7, -1, -0.5, math.Copysign(0, -1), 0, 1, 2.5, 3, 1e10} {
				h.Observe(v)
			}
			h.Snapshot(&s)
			want := []uint64{2 * round, 3 * round, 2 * round, 2 * round}
			if !slices.Equal(s.Buckets, want) || s.Count != 9*round || s.Sum != float64(round)*(1e10-2) {
				t.Errorf("%v, %d, %v; want %v", s.Buckets, s.Count, s.Sum, want)
			}
		}
		if want := []float64{-1, 0, 2.5}; !slices.Equal(h.Bounds(), want) || !slices.Equal(s.Bounds, want) {
			t.Errorf("bounds %v, in the snapshot %v, want %v", h.Bounds(), s.Bounds, want)
		}
		buckets := &s.Buckets[0]
		if h.Snapshot(&s); &s.Buckets[0] != buckets {
			t.Error("the slices were not used again")
		}
	})
}

func TestHistogramNotFinite(t *testing.T) {
	eachHistogram(t, func(t *testing.T, opts ...primitives.HistogramOption) {
		for _, tt := range []struct {
			observed []float64
			buckets  []uint64
			sum      float64
		}{
			{[]float64{math.Inf(-1), 1}, []uint64{1, 1}, math.Inf(-1)},
			{[]float64{math.Inf(1), math.MaxFloat64}, []uint64{0, 2}, math.Inf(1)},
			{[]float64{math.NaN(), math.Copysign(math.NaN(), -1), 1}, []uint64{0, 3}, math.NaN()},
			{[]float64{math.Inf(1), math.Inf(-1)}, []uint64{1, 1}, math.NaN()},
			{[]float64{math.MaxFloat64, math.MaxFloat64}, []uint64{0, 2}, math.Inf(1)},
			{[]float64{5e-324, -5e-324}, []uint64{1, 1}, 0},
		} {
			h := primitives.NewHistogram([]float64{0}, opts...)
			for _, v := range tt.observed {
				h.Observe(v)
			}
			var s primitives.HistogramSnapshot
			h.Snapshot(&s)
			same := s.Sum == tt.sum || math.IsNaN(s.Sum) && math.IsNaN(tt.sum)
			if !slices.Equal(s.Buckets, tt.buckets) || s.Count != uint64(len(tt.observed)) || !same {
				t.Errorf("%v: %v, %d, %v; want %v and %v", tt.observed, s.Buckets, s.Count, s.Sum, tt.buckets, tt.sum)
			}
		}
	})
}

// TestHistogramZeroValue: without bounds there is one bucket.
func TestHistogramZeroValue(t *testing.T) {
	var h primitives.Histogram
	h.Observe(1)
	h.Observe(2)
	var s primitives.HistogramSnapshot
	h.Snapshot(&s)
	if !slices.Equal(s.Buckets, []uint64{2}) || s.Count != 2 || s.Sum != 3 || len(s.Bounds) != 0 || len(h.Bounds()) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestHistogramBounds(t *testing.T) {
	for _, tt := range []struct {
		bounds []float64
		want   string // what the panic says, or nothing
	}{
		{nil, ""},
		{[]float64{}, ""},
		{[]float64{math.Inf(1)}, ""},
		{[]float64{-math.MaxFloat64, -5e-324, 0, 5e-324, math.MaxFloat64, math.Inf(1)}, ""},
		{[]float64{1, 1}, "bound 1, 1, is not above the one before it, 1"},
		{[]float64{1, 3, 2}, "bound 2, 2, is not above the one before it, 3"},
		{[]float64{math.Copysign(0, -1), 0}, "bound 1, 0, is not above the one before it, -0"},
		{[]float64{math.Inf(-1), 0}, "bound 0 is -Inf"},
		{[]float64{math.Inf(1), math.Inf(1)}, "bound 0 is +Inf"},
		{[]float64{1, math.NaN()}, "bound 1 is NaN"},
		{make([]float64, 1<<16+1), "65537 bounds, more than 65536"},
	} {
		want := "<nil>"
		if tt.want != "" {
			want = "percpu: NewHistogram: " + tt.want
		}
		if got := fmt.Sprint(panics(func() { primitives.NewHistogram(tt.bounds) })); got != want {
			t.Errorf("%.10v: panic %s, want %s", tt.bounds, got, want)
		}
		got := fmt.Sprint(panics(func() { primitives.NewHistogramVec([]string{"l"}, tt.bounds) }))
		if want = strings.Replace(want, "NewHistogram:", "NewHistogramVec:", 1); got != want {
			t.Errorf("%.10v: panic %s, want %s", tt.bounds, got, want)
		}
	}
	for _, n := range []int{3, 60} { // without a table, and with one that reaches from −0
		above := []float64{math.Copysign(0, -1)}
		for i := range n {
			above = append(above, math.Ldexp(1, i*30-1000))
		}
		h := primitives.NewHistogram(above)
		h.Observe(0)
		h.Observe(above[0])
		var s primitives.HistogramSnapshot
		if h.Snapshot(&s); s.Buckets[0] != 2 {
			t.Errorf("zeros are not in the bucket of the bound −0: %v", s.Buckets)
		}
	}
	bounds := []float64{1, 2}
	h := primitives.NewHistogram(bounds)
	bounds[0] = 7
	if h.Bounds()[0] != 1 {
		t.Error("the bounds are the caller's")
	}
}
