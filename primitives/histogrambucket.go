package primitives

import "math"

// bucketFinder finds the bucket of an observation: that of the first bound that is
// not less.
//
// If there are few bounds it compares with one after another. Who measures finds that
// a processor foresees some of this, and goes on with the bucket that it
// expects; where it is wrong that costs less than to wait for what comes out of any way
// without branches, for no load passes a store whose address is not known yet,
// and the address of the bucket is that of a store.
//
// If there are many, and a table can tell them apart, the table is faster. Floats are in
// the order of their bits, but for those of negative ones, so the first bits say
// which of equal parts of the range a number is in, and the table how many
// bounds lie below the part. Few are in it; all of these are compared with.
type bucketFinder struct {
	bounds []float64 // len is their number; behind them are as many infinities as are ever read
	first  int64     // number of the part that starts begins with
	starts []uint16  // bounds below each part, or nil: no table serves
	shift  uint8     // bits that don't name a part
	within uint8     // the most bounds in one
}

const (
	fewBounds  = 24
	mostParts  = 1 << 10
	mostWithin = 6 // more are halved instead
)

// newBucketFinder returns one for bounds in their order, which it keeps.
func newBucketFinder(bounds []float64) *bucketFinder {
	f := &bucketFinder{bounds: append(bounds, math.Inf(1))[:len(bounds)]}
	if len(bounds) > fewBounds {
		f.tabulate()
	}
	return f
}

// tabulate makes the table, if there is a good one.
func (f *bucketFinder) tabulate() {
	bounds, n := f.bounds, len(f.bounds)
	best := mostWithin + 1
	// The first bound is often 0, which is far from all that is to be told apart. So
	// try to begin with the part of the second; all below is of the first part, too.
	for from := range 2 {
		for shift := uint8(63); shift > 0; shift-- {
			first, last := partOf(bounds[from], shift), partOf(bounds[n-1], shift)
			if last-first >= mostParts {
				break
			}
			if within := mostInPart(bounds, first, shift); within < best {
				best = within
				f.first, f.shift, f.within = first, shift, uint8(within)
				f.starts = make([]uint16, last-first+1)
			}
		}
	}
	for _, b := range bounds {
		for p := f.clamp(b) + 1; p < len(f.starts); p++ {
			f.starts[p]++
		}
	}
	for range f.within + 1 {
		bounds = append(bounds, math.Inf(1))
	}
	f.bounds = bounds[:n]
}

// mostInPart returns how many bounds lie in the part with the most of them, the first
// one being that with all bounds below, too.
func mostInPart(bounds []float64, first int64, shift uint8) (most int) {
	n, last := 0, first
	for _, b := range bounds {
		if p := max(partOf(b, shift), first); p != last {
			n, last = 0, p
		}
		n++
		most = max(most, n)
	}
	return most
}

// partOf returns the number of the part that v is in, which grows with v.
func partOf(v float64, shift uint8) int64 {
	b := int64(math.Float64bits(v))
	return (b ^ int64(uint64(b>>63)>>1)) >> (shift & 63)
}

// clamp returns the index of v's part in starts; that of the first or the last if v is
// below or above.
func (f *bucketFinder) clamp(v float64) int {
	return int(min(max(partOf(v, f.shift)-f.first, 0), int64(len(f.starts)-1)))
}

// atMost returns an index up to that which find does, and not far from it.
func (f *bucketFinder) atMost(v float64) int {
	switch {
	case len(f.bounds) <= fewBounds:
		return 0
	case len(f.starts) == 0:
		return halve(f.bounds, v)
	}
	return int(f.starts[f.clamp(v)])
}

// find returns the index of the first bound that is not less than v, or their number or
// more if there is none, as for NaN.
func (f *bucketFinder) find(v float64) int {
	if len(f.bounds) > fewBounds {
		return f.findMany(v)
	}
	return linear(f.bounds, v)
}

// linear is find for few bounds.
func linear(bounds []float64, v float64) (i int) {
	for _, b := range bounds {
		if v <= b {
			break
		}
		i++
	}
	return i
}

// findMany is find for many bounds.
func (f *bucketFinder) findMany(v float64) int {
	switch {
	case v != v:
		return len(f.bounds)
	case len(f.starts) == 0:
		return halve(f.bounds, v)
	}
	i := int(f.starts[f.clamp(v)])
	n := i
	for _, b := range f.bounds[i : i+int(f.within)] {
		n += one(b < v)
	}
	return n
}

// halve is find without a table.
func halve(bounds []float64, v float64) (i int) {
	for n := len(bounds); n > 0; n = len(bounds) {
		above := (n + 1) / 2 & -one(bounds[n/2] < v) // v is above half of them, or not
		i += above
		bounds = bounds[above : above+n/2]
	}
	return i
}

// one returns 1 if b is true, without a branch.
func one(b bool) (n int) {
	if b {
		n = 1
	}
	return n
}
