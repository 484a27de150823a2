package debug

import (
	"fmt"
	"math"
)

// histogram is buckets in their order, from the lowest on.
type histogram struct {
	Bounds  []*number `json:"bounds"`  // upper bounds; the last bucket of a Histogram has none
	Buckets []uint64  `json:"buckets"` // of each bucket alone
	Count   uint64    `json:"count"`
	Sum     *number   `json:"sum"`
}

// Mean returns the mean of the observations.
func (h *histogram) Mean() string {
	if h.Count == 0 {
		return "–"
	}
	return float(h.Sum.float / float64(h.Count))
}

// Quantile returns the bound of the bucket in which the quantile q is: it is no more.
func (h *histogram) Quantile(q float64) string {
	if h.Count == 0 {
		return "–"
	}
	rank, seen := uint64(math.Ceil(q*float64(h.Count))), uint64(0)
	for i, n := range h.Buckets {
		if seen += n; seen >= rank && n > 0 {
			return h.bound(i)
		}
	}
	return "–"
}

func (h *histogram) bound(i int) string {
	if i < len(h.Bounds) {
		return "≤ " + h.Bounds[i].String()
	}
	if len(h.Bounds) == 0 {
		return "any"
	}
	return "> " + h.Bounds[len(h.Bounds)-1].String()
}

// bars is a histogram drawn.
type bars struct {
	Width       int
	Bars        []bar
	First, Last string // bounds of the outermost bars
}

type bar struct {
	X, Y, Width, Height int
	Title               string
}

const (
	drawing  = 640 // units of width
	tall     = 120
	mostBars = 80
)

// newBars draws the buckets from the first that is not empty to the last, several in a bar
// if there are many.
func newBars(h *histogram) *bars {
	first, last := 0, len(h.Buckets)-1
	for first < last && h.Buckets[first] == 0 {
		first++
	}
	for last > first && h.Buckets[last] == 0 {
		last--
	}
	if first > last || h.Count == 0 {
		return nil
	}
	first, last = max(first-1, 0), min(last+1, len(h.Buckets)-1) // to see where it ends
	each := (last - first + mostBars) / mostBars
	type group struct {
		n    uint64
		last int
	}
	var groups []group
	most := uint64(1)
	for i := first; i <= last; i += each {
		g := group{last: min(i+each-1, last)}
		for j := i; j <= g.last; j++ {
			g.n += h.Buckets[j]
		}
		most = max(most, g.n)
		groups = append(groups, g)
	}
	b := &bars{Width: drawing, First: h.bound(groups[0].last), Last: h.bound(last)}
	for i, g := range groups {
		x := i * drawing / len(groups)
		wide := (i+1)*drawing/len(groups) - x
		high := int(float64(g.n) / float64(most) * tall)
		if g.n > 0 {
			high = max(high, 2) // to be seen
		}
		b.Bars = append(b.Bars, bar{x, tall - high, max(wide-2, 1), high, fmt.Sprintf("%s: %s", h.bound(g.last), count(g.n))})
	}
	return b
}
