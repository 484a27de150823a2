package primitives

import (
	"math"
	"runtime"

	"github.com/percpu-go/percpu/backend"
)

const (
	defaultExpBuckets = 160
	mostExpBuckets    = 1 << 14
)

// An ExpHistogram counts observations in buckets whose bounds are powers of one
// base, as OpenTelemetry's exponential and Prometheus' native histograms do: nobody has to know
// before which values will come. It begins with buckets that are 0.27 % wide, and makes
// them wider when values come so far from each other that there would be too many.
// Many goroutines observe, few take a Snapshot; an Observe costs about what that of
// a Histogram does.
//
// It is not for values whose bounds must be the same every time; see Histogram.
//
// The zero value has 160 buckets for each sign, counts nothing but zero in the
// zero bucket, and uses the default backend. An ExpHistogram must not be copied after first use.
//
// # What is counted where
//
// Positive and negative numbers have buckets of their own, and what is not farther
// from zero than a threshold is in the zero bucket. Bounds are exact, for subnormal
// numbers, too: 2^(k/2^scale), rounded to a float64, which itself is in the bucket below. An
// infinity is in the bucket behind that of the largest number, and so makes all
// buckets wide. A NaN is in no bucket, but counted. The sum is a FloatCounter, with all that is
// said there of rounding, of huge numbers and of what is not finite.
//
// # Snapshots
//
// The Count of a Snapshot is always the sum of its counts. Each observation that
// happens before the Snapshot is in it, in its bucket and in the sum, and none is lost
// or counted twice. Of those that are under way meanwhile some are in the buckets
// and not yet in the sum, or the other way round. The scale of Snapshots only falls.
//
// In the terminology of the Go memory model Observe is a write, Snapshot is a read, and
// neither synchronizes: an Observe that happens before a Snapshot is seen by it, but
// seeing it orders nothing else. An Observe waits for a lock when the buckets must become
// wider, which is once for each range of values that is new, and a Snapshot does.
//
// # Cost
//
// An ExpHistogram costs 350 bytes, and for each sign that is observed 24 for each
// bucket it may have; and on each CPU 8 bytes for every bucket that is used there and
// 16 besides. When buckets become wider the old ones live on until the next
// collection. Counts wrap around at 64 bits.
type ExpHistogram struct {
	_         noCopy
	threshold float64
	positive  expSide
	negative  expSide
	zero      backend.Cell
	nan       backend.Cell
	sum       backend.Cell // of float64s
	limits    expLimits
}

// expLimits are what an ExpHistogram is made with.
type expLimits struct {
	maxBuckets int             // 0 is the default
	coarser    int32           // than finestScale, at least
	backend    backend.Backend // or nil
}

func (l *expLimits) buckets() int32 {
	if l.maxBuckets == 0 {
		return defaultExpBuckets
	}
	return int32(l.maxBuckets)
}

// NewExpHistogram returns an ExpHistogram.
func NewExpHistogram(opts ...ExpHistogramOption) *ExpHistogram {
	o := apply(opts, ExpHistogramOption.ofExpHistogram)
	h := &ExpHistogram{
		threshold: o.metric.zeroThreshold,
		limits:    expLimits{o.metric.maxBuckets, o.metric.coarser, o.backend},
	}
	if o.backend != nil { // without memory they work on one word each
		_ = h.zero.Attach(o.backend)
		_ = h.nan.Attach(o.backend)
		_ = h.sum.Attach(o.backend)
	}
	return h
}

const smallestNormal = 0x1p-1022

// Observe counts v.
func (h *ExpHistogram) Observe(v float64) {
	side := &h.positive
	if v < 0 {
		side = &h.negative
	}
	if a := math.Abs(v); a > h.threshold && a >= smallestNormal && a <= math.MaxFloat64 {
		if l := side.layout.Load(); l != nil {
			if i := expIndex(a)>>l.shift - l.offset; uint(i) < uint(len(l.cells)) {
				h.sum.AddFloat64(v)
				l.cells[i].Add(1)
				runtime.KeepAlive(l) // see expSide
				return
			}
		}
	}
	h.observeSlow(v, side)
}

// observeSlow is Observe for what has no bucket yet, or none of the usual ones.
func (h *ExpHistogram) observeSlow(v float64, side *expSide) {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		h.nan.Add(1)
	case a <= h.threshold:
		h.zero.Add(1)
	default:
		index := expIndexAny(a)
		l := side.layoutFor(index, &h.limits)
		l.cells[l.at(index)].Add(1)
		runtime.KeepAlive(l)
	}
	h.sum.AddFloat64(v)
}

// Snapshot writes what has been counted to into, whose slices it uses again if they are
// large enough.
func (h *ExpHistogram) Snapshot(into *ExpHistogramSnapshot) {
	h.positive.mu.Lock()
	defer h.positive.mu.Unlock()
	h.negative.mu.Lock()
	defer h.negative.mu.Unlock()
	positive, negative := h.positive.load(), h.negative.load()
	n := h.limits.buckets()
	shift := negative.fit(positive.fit(h.limits.coarser, n), n)
	into.Scale, into.ZeroThreshold = finestScale-shift, h.threshold
	into.ZeroCount, into.NaNCount = h.zero.Sum(), h.nan.Sum()
	into.Count = into.ZeroCount + into.NaNCount + positive.write(shift, &into.Positive) + negative.write(shift, &into.Negative)
	into.Sum = h.sum.SumFloat64()
}
