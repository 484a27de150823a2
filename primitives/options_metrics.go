package primitives

import (
	"fmt"
	"math"
)

// HistogramOption is an option of NewHistogram.
type HistogramOption interface {
	HistogramVecOption
	ofHistogram(o *options)
}

// ExpHistogramOption is an option of NewExpHistogram.
type ExpHistogramOption interface{ ofExpHistogram(o *options) }

// VecOption is an option of NewCounterVec and NewFloatCounterVec.
type VecOption interface {
	HistogramVecOption
	ofVec(o *options)
}

// HistogramVecOption is an option of NewHistogramVec, as every HistogramOption and
// every VecOption is.
type HistogramVecOption interface{ ofHistogramVec(o *options) }

// metricOptions are those of histograms.
type metricOptions struct {
	exact         bool    // of a Histogram
	maxBuckets    int     // of an ExpHistogram, 0 for the default
	coarser       int32   // the same: how much less than finestScale its scale is
	zeroThreshold float64 // the same
}

type (
	histogramOption    func(*options)
	expHistogramOption func(*options)
)

func (f anyOption) ofHistogram(o *options)             { f(o) }
func (f anyOption) ofExpHistogram(o *options)          { f(o) }
func (f anyOption) ofVec(o *options)                   { f(o) }
func (f anyOption) ofHistogramVec(o *options)          { f(o) }
func (f keysOption) ofVec(o *options)                  { f(o) }
func (f keysOption) ofHistogramVec(o *options)         { f(o) }
func (f histogramOption) ofHistogram(o *options)       { f(o) }
func (f histogramOption) ofHistogramVec(o *options)    { f(o) }
func (f expHistogramOption) ofExpHistogram(o *options) { f(o) }

// WithExactSnapshots makes sum and buckets in each Snapshot of a Histogram those of
// exactly the same observations. It costs twice the memory and a fence for each Snapshot;
// on the atomic backend also an addition more for each Observe.
func WithExactSnapshots() HistogramOption {
	return histogramOption(func(o *options) { o.metric.exact = true })
}

// WithMaxBuckets bounds the buckets in a Snapshot of an ExpHistogram to n for each
// sign, 2 to 16,384. The default is 160.
func WithMaxBuckets(n int) ExpHistogramOption {
	if n < 2 || n > mostExpBuckets {
		panic(fmt.Sprintf("percpu: WithMaxBuckets(%d): less than 2 or more than %d", n, mostExpBuckets))
	}
	return expHistogramOption(func(o *options) { o.metric.maxBuckets = n })
}

// WithMaxScale bounds the scale of an ExpHistogram, and so its resolution, to s, -10
// to 8. The default is 8, buckets that are 0.27 % wide.
func WithMaxScale(s int) ExpHistogramOption {
	if s < coarsestScale || s > finestScale {
		panic(fmt.Sprintf("percpu: WithMaxScale(%d): less than %d or more than %d", s, coarsestScale, finestScale))
	}
	return expHistogramOption(func(o *options) { o.metric.coarser = finestScale - int32(s) })
}

// WithZeroThreshold makes an ExpHistogram count what is not farther than f from zero
// in its zero bucket. The default is 0. It panics if f is negative, infinite or not a
// number.
func WithZeroThreshold(f float64) ExpHistogramOption {
	if !(f >= 0) || math.IsInf(f, 1) {
		panic(fmt.Sprintf("percpu: WithZeroThreshold(%v): a negative number, an infinity or NaN", f))
	}
	return expHistogramOption(func(o *options) { o.metric.zeroThreshold = f })
}
