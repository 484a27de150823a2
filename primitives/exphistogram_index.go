package primitives

import (
	"math"
	"math/bits"
)

//go:generate go test -run ^TestExpBounds$ -write-bounds

const (
	finestScale   = 8                // 2^8 buckets from one power of two to the next
	finestBuckets = 1 << finestScale //
	coarsestScale = -10              // of those that one may ask for
	expPartBits   = finestScale + 1  // parts so small that no two bounds are in one
	expParts      = 1 << expPartBits
)

// expIndex returns the index at finestScale of the bucket of a, which is positive
// and normal. Bucket i holds what is above 2^(i/256) and not above 2^((i+1)/256), and
// at a scale that is less by d the index is that one shifted to the right by d. Bounds are
// exact, and rounded to a float64: one that is equal to a bound is in the
// bucket below.
func expIndex(a float64) int32 {
	u := math.Float64bits(a)
	return expIndexOf(int32(u>>52)-1023, u&(1<<52-1))
}

// expIndexOf is expIndex for an exponent and a fraction.
func expIndexOf(exponent int32, fraction uint64) int32 {
	start := int(expStarts[fraction>>(52-expPartBits)])
	return exponent<<finestScale + int32(start+one(fraction > expBounds[start])) - 1
}

// expIndexAny is expIndex for every positive number. Infinity is in the bucket behind
// the last.
func expIndexAny(a float64) int32 {
	u := math.Float64bits(a)
	if shift := bits.LeadingZeros64(u) - 11; shift > 0 { // subnormal
		return expIndexOf(int32(-1022-shift), u<<shift&(1<<52-1))
	}
	if math.IsInf(a, 1) {
		return 1024 << finestScale
	}
	return expIndex(a)
}
