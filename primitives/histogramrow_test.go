package primitives

import (
	"math"
	"slices"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/feature"
)

// rowCount returns how many observations h's rows and its cells have.
func rowCount(h *Histogram) (rows, cells uint64) {
	counts := make([]uint64, len(h.bounds)+1)
	add := func(b *backend.Buckets, p *histogramParts) {
		if cells += p.load(make([]uint64, len(counts))); b != nil {
			b.Add(counts)
		}
	}
	if h.other != nil && h.other.exact != nil {
		for i := range h.other.exact.sets {
			add(h.other.exact.sets[i].buckets, &h.other.exact.sets[i].histogramParts)
		}
	} else {
		add(h.buckets.Load(), &h.parts)
	}
	for _, n := range counts {
		rows += n
	}
	return rows, cells
}

// TestHistogramRows: where there are sections observations are made in rows, but for
// those that can't be, and every kind of Histogram has them all.
func TestHistogramRows(t *testing.T) {
	b, err := rseqCandidate.Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	feature.OnThread(func() { observeInRows(t, b) }) // the main one may have no sections
}

func observeInRows(t *testing.T, b backend.Backend) {
	many := make([]float64, 100)
	for i := range many {
		many[i] = float64(i)
	}
	jumps := make([]float64, 100) // which no table tells apart
	for i := range jumps {
		jumps[i] = math.Ldexp(1, i*20-1000) + math.Ldexp(float64(i%7), i*20-1050)
	}
	for name, bounds := range map[string][]float64{"none": nil, "few": {1, 2}, "many": many, "jumps": jumps} {
		for _, exact := range []bool{false, true} {
			opts := []HistogramOption{WithBackend(b)}
			if exact {
				opts = append(opts, WithExactSnapshots())
			}
			h := NewHistogram(bounds, opts...)
			want := make([]uint64, len(bounds)+1)
			sum, seen := 0.0, uint64(0)
			observe := func(v float64) {
				h.Observe(v)
				want[min(linear(bounds, v), len(bounds))]++
				sum, seen = sum+v, seen+1
			}
			var s HistogramSnapshot
			for range 20 {
				for v := range 200 {
					observe(float64(v) / 2)
				}
				h.Snapshot(&s)
				if !slices.Equal(s.Buckets, want) || s.Sum != sum || s.Count != seen {
					t.Fatalf("%s, exact %t: %v, %v; want %v, %v", name, exact, s.Buckets, s.Sum, want, sum)
				}
			}
			rows, cells := rowCount(h)
			if rows < seen*9/10 || rows+cells != seen {
				t.Errorf("%s, exact %t: %d in rows, %d in cells, of %d", name, exact, rows, cells, seen)
			}
			for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64} {
				observe(v)
			}
			h.Snapshot(&s)
			if after, in := rowCount(h); after != rows || in != cells+4 {
				t.Errorf("%s, exact %t: %d in rows, %d in cells after what is not finite", name, exact, after, in)
			}
			if !slices.Equal(s.Buckets, want) || !math.IsNaN(s.Sum) {
				t.Errorf("%s, exact %t: %v, %v; want %v", name, exact, s.Buckets, s.Sum, want)
			}
		}
	}
}

// TestHistogramAttaches: a Histogram without options gets its row when there is a default
// backend, or does without one for good.
func TestHistogramAttaches(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for name, h := range map[string]*Histogram{"zero value": {}, "few": NewHistogram([]float64{1}), "exact": NewHistogram([]float64{1}, WithExactSnapshots())} {
		if rows, _ := rowCount(h); rows != 0 || !h.row.Unused() {
			t.Errorf("%s has a row before it is used", name)
		}
		for range 100 {
			h.Observe(1)
		}
		if open, sections := h.row.IsOpen(), s.Backend.Memory().Geometry().Leaf == backend.LeafRseq; open != sections || h.row.Closed() == sections {
			t.Errorf("%s: row open: %t, on %s", name, open, s.Backend.Name())
		}
		if rows, cells := rowCount(h); rows+cells != 100 {
			t.Errorf("%s: %d and %d", name, rows, cells)
		}
	}
}
