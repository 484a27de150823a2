package primitives

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigIndex is expIndexAny by arithmetic with 500 bits: the index of the last bound,
// rounded to a float64, that is less than a.
func bigIndex(a float64) int32 {
	x := new(big.Float).SetPrec(500).SetFloat64(a)
	exponent := x.MantExp(nil) - 1 // a is in [2^exponent, 2^(exponent+1))
	low, high := int32(exponent)<<finestScale-1, int32(exponent+1)<<finestScale
	for high-low > 1 {
		middle := (low + high) / 2
		if low+high < 0 && (low+high)%2 != 0 {
			middle = (low + high - 1) / 2
		}
		if bigBound(middle).Cmp(x) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

var bigBounds = exactBounds()

// bigBound returns 2^(i/256), rounded to 53 bits, at any exponent.
func bigBound(i int32) *big.Float {
	k := i & (finestBuckets - 1)
	b := new(big.Float).SetPrec(500).SetUint64(bigBounds[k] + 1<<52)
	return b.SetMantExp(b, int(i>>finestScale)-52)
}

func TestExpIndex(t *testing.T) {
	check := func(a float64) {
		if got, want := expIndexAny(a), bigIndex(a); got != want {
			t.Errorf("%v (%x): index %d, want %d", a, a, got, want)
		}
	}
	for _, exponent := range []int32{-1074, -1073, -1070, -1040, -1023, -1022, -1021, -2, -1, 0, 1, 2, 52, 53, 1022, 1023} {
		for k := range int32(finestBuckets) {
			b, _ := bigBound(exponent<<finestScale + k).Float64()
			for _, a := range []float64{b, math.Nextafter(b, 0), math.Nextafter(b, math.Inf(1))} {
				if a != 0 && !math.IsInf(a, 1) {
					check(a)
				}
			}
		}
	}
	for range 10_000 {
		if a := math.Float64frombits(rand.Uint64() >> 1); a > 0 && a <= math.MaxFloat64 {
			check(a)
		}
	}
	check(math.SmallestNonzeroFloat64)
	check(math.MaxFloat64)
	if got := expIndexAny(math.Inf(1)); got != expIndexAny(math.MaxFloat64)+1 {
		t.Errorf("infinity has index %d", got)
	}
	// The documented examples: a bound belongs to the bucket below.
	for a, want := range map[float64]int32{1: -1, 2: 255, 1.5: 149, 0.5: -257} {
		if got := expIndex(a); got != want {
			t.Errorf("%v: index %d, want %d", a, got, want)
		}
	}
}
