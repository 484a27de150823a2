package primitives

// fewBounds is up to how many bounds it is as cheap to compare with all of them as
// to halve them once more.
const fewBounds = 16

// bucketOf returns the index of the first bound that is not less than v, or the
// number of bounds if there is none, as for NaN. What it does depends on the number
// of bounds alone and not on v: observations are nothing that a processor could
// predict, and a branch that it has taken wrongly costs more than all comparisons.
func bucketOf(bounds []float64, v float64) (i int) {
	for len(bounds) > fewBounds {
		half := len(bounds) / 2
		// v is above half of them, or not
		above := half &^ -one(v <= bounds[half-1])
		i += above
		bounds = bounds[above : above+len(bounds)-half]
	}
	n := len(bounds)
	for _, b := range bounds {
		n -= one(v <= b)
	}
	return i + n
}

// one returns 1 if b is true, without a branch.
func one(b bool) (n int) {
	if b {
		n = 1
	}
	return n
}
