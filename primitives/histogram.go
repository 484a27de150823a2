package primitives

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// A Histogram counts observations, such as latencies or sizes, in buckets with
// upper bounds that are given, and sums them up. Many goroutines observe, few take
// a Snapshot: an Observe costs little more than a Counter's Add, and finding the bucket, on
// any number of CPUs at once.
//
// It is not for quantiles of values whose range nobody knows; see ExpHistogram.
//
// The zero value has no bounds, and so one bucket for everything, and uses the
// default backend. A Histogram must not be copied after first use.
//
// # What is counted where
//
// An observation counts in the first bucket whose bound is not less than it, and in
// the last one, which has no bound, if there is none: infinities and NaN, too, as
// in Prometheus' and OpenTelemetry's histograms. The sum is as a FloatCounter's, with all
// that is said there of rounding, of huge numbers, and of what is not finite: one
// NaN makes it NaN for good.
//
// # Snapshots
//
// The Count of a Snapshot is always the sum of its Buckets. Each observation that
// happens before the Snapshot is in it, in its bucket and in the sum, and none is
// lost or counted twice. Of those that are under way meanwhile some are in the
// buckets and not yet in the sum, or the other way round, and a bucket may have
// one that came later than one that another bucket misses.
//
// WithExactSnapshots leaves no doubt of that kind: each Snapshot is that of one
// moment, and Sum and Buckets are of exactly the observations before it. Snapshots
// and observations are linearizable then. A Snapshot waits until each goroutine that
// is in the midst of an Observe has left it; an Observe waits for nobody.
//
// In the terminology of the Go memory model Observe is a write, Snapshot is a read, and
// neither synchronizes: an Observe that happens before a Snapshot is seen by it, but
// seeing it orders nothing else. The counts that one goroutine sees never fall.
//
// # Cost
//
// A Histogram costs about 160 bytes, 32 for each bound, and 16 for every bucket on each CPU
// that uses it, on arm64 32. With WithExactSnapshots it is about 650 bytes, 64 for each
// bound, and twice as much on each CPU. Of more than 24 bounds there is a table, of 2 KiB
// at most, which the series of a HistogramVec share. Observations that no critical section
// makes (on rseq the first of each thread, on the atomic backend all) take 8 bytes on each
// CPU for each bucket that they are in, and 8 for their sum. Counts wrap around at 64 bits.
type Histogram struct {
	_       noCopy
	row     backend.Row // first: slow paths get its address; of few bounds
	bounds  []float64
	other   *otherHistogram                 // or nil, if there are few bounds, and snapshots are not exact
	buckets atomic.Pointer[backend.Buckets] // of the row, if snapshots are not exact
	parts   histogramParts                  // what the row can't do
}

// otherHistogram is what a Histogram has that is not the simplest.
type otherHistogram struct {
	row   backend.Row // first: slow paths get its address; of many bounds
	of    *Histogram
	find  *bucketFinder
	exact *exactHistogram // or nil; otherwise parts are not used
}

// histogramParts is where observations are counted that no row counts.
type histogramParts struct {
	buckets []backend.Cell // one for each bound
	above   backend.Cell   // what no bound holds
	sum     backend.Cell   // of float64s
}

// mostBounds is how many bounds a Histogram may have.
const mostBounds = 1 << 16

// NewHistogram returns a Histogram with a bucket for each of the bounds, which must
// be finite and strictly increasing, and one for what is above them. A last bound of
// +Inf says no more than that, and is dropped. There may be up to 65,536. NewHistogram
// panics for other bounds. It keeps a copy of them.
func NewHistogram(bounds []float64, opts ...HistogramOption) *Histogram {
	h := new(Histogram)
	h.start(newBucketFinder(checkedBounds("NewHistogram", bounds)), apply(opts, HistogramOption.ofHistogram))
	return h
}

// start makes a new h one with bounds and options.
func (h *Histogram) start(f *bucketFinder, o options) {
	h.bounds = f.bounds
	if o.metric.exact {
		h.other = &otherHistogram{of: h, find: f, exact: newExactHistogram(len(f.bounds), o.backend)}
	} else {
		if len(f.bounds) > fewBounds {
			h.other = &otherHistogram{of: h, find: f}
		}
		h.parts.start(len(f.bounds), o.backend)
	}
	if o.backend != nil {
		h.attach(o.backend)
	}
}

// start makes new parts for a number of bounds, on a backend if one is given.
func (p *histogramParts) start(bounds int, b backend.Backend) {
	if bounds > 0 {
		p.buckets = make([]backend.Cell, bounds)
	}
	if b == nil {
		return
	}
	for i := range p.buckets { // without memory they work on one word each
		_ = p.buckets[i].Attach(b)
	}
	_ = p.above.Attach(b)
	_ = p.sum.Attach(b)
}

// checkedBounds returns a copy of bounds for a New function of that name, which
// panics if they are no bounds.
func checkedBounds(name string, bounds []float64) []float64 {
	if n := len(bounds); n > 0 && math.IsInf(bounds[n-1], 1) {
		bounds = bounds[:n-1]
	}
	if len(bounds) > mostBounds {
		panic(fmt.Sprintf("percpu: %s: %d bounds, more than %d", name, len(bounds), mostBounds))
	}
	for i, b := range bounds {
		switch {
		case math.IsNaN(b) || math.IsInf(b, 0):
			panic(fmt.Sprintf("percpu: %s: bound %d is %v", name, i, b))
		case i > 0 && !(bounds[i-1] < b):
			panic(fmt.Sprintf("percpu: %s: bound %d, %v, is not above the one before it, %v", name, i, b, bounds[i-1]))
		}
	}
	bounds = append(make([]float64, 0, len(bounds)+1), bounds...) // and room for the last bucket's
	for i := range bounds {
		bounds[i] += 0 // which makes 0 of −0: they are equal, but the table would tell them apart
	}
	return bounds
}

// Observe counts v. It inlines to one call of a leaf.
func (h *Histogram) Observe(v float64) { h.row.Observe(0, v, observeSlow) }

// observe counts v in bucket i.
func (p *histogramParts) observe(i int, v float64) {
	p.sum.AddFloat64(v) // first: loads behind the other may wait until i is known
	p.bucket(i).Add(1)
}

// bucket returns the cell of the bucket of that index.
func (p *histogramParts) bucket(i int) *backend.Cell {
	if uint(i) < uint(len(p.buckets)) {
		return &p.buckets[i]
	}
	return &p.above
}

// Bounds returns the bounds of the buckets but the last. The caller must not change them.
func (h *Histogram) Bounds() []float64 { return h.bounds[:len(h.bounds):len(h.bounds)] }

// Snapshot writes what has been counted to into, whose slices it uses again if they
// are large enough.
func (h *Histogram) Snapshot(into *HistogramSnapshot) {
	into.Bounds = append(into.Bounds[:0], h.bounds...)
	buckets := len(into.Bounds) + 1
	into.Buckets = slices.Grow(into.Buckets[:0], buckets)[:buckets]
	if h.other != nil && h.other.exact != nil {
		h.other.exact.snapshot(into, h)
		return
	}
	h.parts.load(into.Buckets)
	into.Sum = h.parts.sum.SumFloat64()
	if b := h.buckets.Load(); b != nil {
		into.Sum += b.Add(into.Buckets)
	}
	into.Count = 0
	for _, n := range into.Buckets {
		into.Count += n
	}
}

// load writes the buckets' counts to into, and returns their sum.
func (p *histogramParts) load(into []uint64) (count uint64) {
	for i := range into {
		into[i] = p.bucket(i).Sum()
		count += into[i]
	}
	return count
}
