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
	check := func(bounds []float64, v float64) {
		want := slices.IndexFunc(bounds, func(b float64) bool { return v <= b })
		if want < 0 {
			want = len(bounds)
		}
		if got := bucketOf(bounds, v); got != want {
			t.Errorf("%v in %v: bucket %d, want %d", v, bounds, got, want)
		}
	}
	special := []float64{math.Inf(-1), -math.MaxFloat64, -5e-324, math.Copysign(0, -1), 0, 5e-324, math.MaxFloat64, math.Inf(1), math.NaN(), math.Copysign(math.NaN(), -1)}
	for n := range 70 {
		bounds := make([]float64, n)
		for i := range bounds {
			bounds[i] = rand.NormFloat64() * math.Exp(rand.NormFloat64()*10)
		}
		if n > 2 {
			copy(bounds, []float64{0, 5e-324, -5e-324})
		}
		slices.Sort(bounds)
		for _, b := range bounds {
			check(bounds, b)
			check(bounds, math.Nextafter(b, math.Inf(1)))
			check(bounds, math.Nextafter(b, math.Inf(-1)))
		}
		for _, v := range special {
			check(bounds, v)
		}
	}
}
