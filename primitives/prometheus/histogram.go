package prometheus

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	client "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/percpu-go/percpu/primitives"
)

// NewHistogram returns client_golang's Histogram on a primitives.Histogram with exact
// snapshots or, if opts ask for a native one, on a primitives.ExpHistogram. It is an
// ExemplarObserver, too.
//
// It is client_golang's own where opts ask for
//
//   - buckets and a native histogram in one;
//   - a bound for the buckets of a native histogram, and that it be reset or its zero
//     bucket be widened to keep to it (NativeHistogramMinResetDuration,
//     NativeHistogramMaxZeroThreshold);
//   - a bucket with the bound NaN or -Inf, or an infinite zero bucket.
//
// A native histogram of ours has the resolution that was asked for as long as the
// observations of one sign are within a factor of 2^64, or for a factor of less than 1.012
// within 4,096 buckets, and half of it or less beyond that.
func NewHistogram(opts HistogramOpts) Histogram {
	h := newHistogram(histogramDesc(opts, nil), opts)
	if h == nil {
		return client.NewHistogram(opts)
	}
	return h
}

// metricHistogram is a histogram of a vector.
type metricHistogram interface {
	Histogram
	ExemplarObserver
}

// newHistogram returns nil if the histogram has to be client_golang's. It panics as
// client_golang does.
func newHistogram(desc *Desc, opts HistogramOpts, values ...string) metricHistogram {
	native := opts.NativeHistogramBucketFactor > 1
	bounds := opts.Buckets
	if len(bounds) == 0 && !native {
		bounds = DefBuckets
	}
	if n := len(bounds); n > 0 && math.IsInf(bounds[n-1], +1) {
		bounds = bounds[:n-1]
	}
	if native {
		if len(opts.Buckets) > 0 || math.IsInf(opts.NativeHistogramZeroThreshold, +1) ||
			opts.NativeHistogramMaxBucketNumber > 0 &&
				(opts.NativeHistogramMinResetDuration > 0 || opts.NativeHistogramMaxZeroThreshold > 0) {
			return nil
		}
		return newNative(desc, opts, values)
	}
	for i, b := range bounds {
		if math.IsNaN(b) || math.IsInf(b, 0) || i > 0 && b <= bounds[i-1] {
			return nil // or it panics
		}
	}
	return &histogram{
		Histogram: primitives.NewHistogram(bounds, primitives.WithExactSnapshots()),
		desc:      desc,
		labels:    MakeLabelPairs(desc, values),
		createdTs: timestamppb.New(clock()),
		exemplars: make([]exemplar, len(bounds)+1),
	}
}

const bucketLabel = "le"

// histogramDesc describes a histogram. It panics, as client_golang does, if a label has
// the name that those of the buckets have.
func histogramDesc(opts HistogramOpts, labelNames []string) *Desc {
	_, constant := opts.ConstLabels[bucketLabel]
	if constant || slices.Contains(labelNames, bucketLabel) {
		panic(fmt.Errorf("%q is not allowed as label name in histograms", bucketLabel))
	}
	return newDesc(Opts{
		Namespace: opts.Namespace, Subsystem: opts.Subsystem, Name: opts.Name,
		Help: opts.Help, ConstLabels: opts.ConstLabels,
	}, labelNames)
}

type histogram struct {
	*primitives.Histogram
	desc      *Desc
	labels    []*dto.LabelPair
	createdTs *timestamppb.Timestamp
	exemplars []exemplar // one for each bucket
}

func (h *histogram) ObserveWithExemplar(v float64, labels Labels) {
	h.Observe(v)
	if labels != nil {
		h.exemplars[sort.SearchFloat64s(h.Bounds(), v)].last.Store(newExemplar(v, labels))
	}
}

func (h *histogram) Desc() *Desc              { return h.desc }
func (h *histogram) Describe(ch chan<- *Desc) { ch <- h.desc }
func (h *histogram) Collect(ch chan<- Metric) { ch <- h }

// Write reads the exemplars first, so that none is seen of an observation that isn't.
func (h *histogram) Write(out *dto.Metric) error {
	exemplars := make([]*dto.Exemplar, len(h.exemplars))
	for i := range exemplars {
		exemplars[i] = h.exemplars[i].Load()
	}
	s := snapshots.Get().(*primitives.HistogramSnapshot)
	defer snapshots.Put(s)
	h.Snapshot(s)
	out.Label = h.labels
	out.Histogram = classic(s, exemplars)
	out.Histogram.CreatedTimestamp = h.createdTs
	return nil
}

var snapshots = sync.Pool{New: func() any { return new(primitives.HistogramSnapshot) }}

// classic returns a snapshot in client_golang's form. exemplars has one for each bucket,
// or is nil.
func classic(s *primitives.HistogramSnapshot, exemplars []*dto.Exemplar) *dto.Histogram {
	count, sum := s.Count, s.Sum
	// one allocation for all buckets
	type bucket struct {
		dto   dto.Bucket
		count uint64
		bound float64
	}
	room := make([]bucket, len(s.Buckets))
	h := &dto.Histogram{Bucket: make([]*dto.Bucket, 0, len(s.Buckets)), SampleCount: &count, SampleSum: &sum}
	for i := range room {
		b := &room[i]
		b.count, b.bound = s.Buckets[i], math.Inf(+1)
		if i > 0 {
			b.count += room[i-1].count
		}
		if i < len(s.Bounds) {
			b.bound = s.Bounds[i]
		}
		b.dto.CumulativeCount, b.dto.UpperBound = &b.count, &b.bound
		if exemplars != nil {
			b.dto.Exemplar = exemplars[i]
		}
		if i < len(s.Bounds) || b.dto.Exemplar != nil { // what is infinite is the count
			h.Bucket = append(h.Bucket, &b.dto)
		}
	}
	return h
}
