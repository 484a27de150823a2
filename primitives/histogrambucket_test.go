package primitives

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBucketOf compares with the simplest way to find the bucket, for all numbers of
// bounds, at every bound, beside it and between.
func TestBucketOf(t *testing.T) {
	check := func(bounds []float64, f *bucketFinder, v float64) {
		want := slices.IndexFunc(bounds, func(b float64) bool { return v <= b })
		if want < 0 {
			want = len(bounds)
		}
		if got := min(f.find(v), len(bounds)); got != want {
			t.Errorf("%v in %v: bucket %d, want %d", v, bounds, got, want)
		}
	}
	special := []float64{math.Inf(-1), -math.MaxFloat64, -5e-324, math.Copysign(0, -1), 0, 5e-324, math.MaxFloat64, math.Inf(1), math.NaN(), math.Copysign(math.NaN(), -1)}
	tables, halved := 0, 0
	all := func(bounds []float64) {
		f := newBucketFinder(slices.Clone(bounds))
		if len(bounds) > fewBounds {
			tables += one(f.starts != nil)
			halved += one(f.starts == nil)
		}
		for _, b := range bounds {
			for _, v := range []float64{b, math.Nextafter(b, math.Inf(1)), math.Nextafter(b, math.Inf(-1)), -b, b * 1.5} {
				check(bounds, f, v)
			}
		}
		for _, v := range special {
			check(bounds, f, v)
		}
	}
	for n := range 70 {
		linear, exponential, wild := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			linear[i] = float64(i) * 10
			exponential[i] = 0.001 * math.Pow(1.5, float64(i))
			wild[i] = rand.NormFloat64() * math.Exp(rand.NormFloat64()*10)
		}
		copy(wild, []float64{0, 5e-324, -5e-324})
		slices.Sort(wild)
		wild = slices.Compact(wild)
		all(linear)
		all(exponential)
		all(wild)
		if n > 2 {
			all(linear[1:])
			all(wild[2:])
		}
	}
	all([]float64{-math.MaxFloat64, -5e-324, 0, 5e-324, math.MaxFloat64})
	all([]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10})
	if tables == 0 || halved == 0 {
		t.Errorf("%d tables, and %d times none", tables, halved)
	}
}

// TestBucketFinderTables: bounds as people have them are found by a table that has few in each part.
func TestBucketFinderTables(t *testing.T) {
	linear := func(start, step float64, n int) (b []float64) {
		for i := range n {
			b = append(b, start+step*float64(i))
		}
		return b
	}
	for name, tt := range map[string]struct {
		bounds []float64
		within uint8
	}{
		"by tens":     {linear(10, 10, 40), 1},
		"percent":     {linear(1, 1, 100), 1},
		"from zero":   {linear(0, 1, 100), 2},
		"fine":        {linear(0.5, 0.001, 1000), 2},
		"exponential": {prometheusLike(0.001, 1.2, 60), 1},
	} {
		f := newBucketFinder(tt.bounds)
		if f.starts == nil || f.within != tt.within {
			t.Errorf("%s: %d parts, %d bounds in one, want %d", name, len(f.starts), f.within, tt.within)
		}
		t.Logf("%s: %d parts", name, len(f.starts))
	}
}

func prometheusLike(start, factor float64, n int) (b []float64) {
	for range n {
		b = append(b, start)
		start *= factor
	}
	return b
}
