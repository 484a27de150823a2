package prometheus

import (
	"math"
	"sync"

	client "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/percpu-go/percpu/primitives"
)

const (
	finestSchema   = 8
	coarsestSchema = -4
)

// bucketsFor returns how many buckets each sign has room for: those of 64 powers of two,
// a billionth to ten thousand million, say, as far as that costs no more than 100 KB.
func bucketsFor(schema int32) int {
	if schema < 0 {
		return 160 // all there are
	}
	return min(max(64<<schema, 160), 4096)
}

// schemaOf returns the coarsest schema whose buckets grow by no more than the factor.
func schemaOf(factor float64) int32 {
	s := -math.Floor(math.Log2(math.Log2(factor)))
	return int32(min(max(s, coarsestSchema), finestSchema))
}

type nativeHistogram struct {
	*primitives.ExpHistogram
	desc       *Desc
	labels     []*dto.LabelPair
	createdTs  *timestamppb.Timestamp
	maxBuckets int // of both signs, 0 for any number

	infinities [2]primitives.Counter // -Inf and +Inf; they would make all buckets wide

	last       exemplar
	keeper     sync.Once
	exemplars  Histogram // keeps exemplars, once there are some, and nothing else
	ofExemplar HistogramOpts
}

func newNative(desc *Desc, opts HistogramOpts, values []string) *nativeHistogram {
	schema := schemaOf(opts.NativeHistogramBucketFactor)
	threshold := opts.NativeHistogramZeroThreshold
	switch {
	case threshold == 0:
		threshold = DefNativeHistogramZeroThreshold
	case !(threshold > 0):
		threshold = 0
	}
	return &nativeHistogram{
		ExpHistogram: primitives.NewExpHistogram(
			primitives.WithMaxScale(int(schema)),
			primitives.WithMaxBuckets(bucketsFor(schema)),
			primitives.WithZeroThreshold(threshold),
		),
		desc:       desc,
		labels:     MakeLabelPairs(desc, values),
		createdTs:  timestamppb.New(clock()),
		maxBuckets: int(opts.NativeHistogramMaxBucketNumber),
		ofExemplar: HistogramOpts{
			NativeHistogramBucketFactor: 65536,
			NativeHistogramExemplarTTL:  opts.NativeHistogramExemplarTTL,
			NativeHistogramMaxExemplars: opts.NativeHistogramMaxExemplars,
		},
	}
}

func (h *nativeHistogram) Observe(v float64) {
	switch {
	case v > math.MaxFloat64:
		h.infinities[1].Inc()
	case v < -math.MaxFloat64:
		h.infinities[0].Inc()
	default:
		h.ExpHistogram.Observe(v)
	}
}

// ObserveWithExemplar leaves which exemplars to keep to a histogram of client_golang's.
func (h *nativeHistogram) ObserveWithExemplar(v float64, labels Labels) {
	h.Observe(v)
	if labels != nil {
		h.last.last.Store(newExemplar(v, labels))
		h.keep().(ExemplarObserver).ObserveWithExemplar(v, labels)
	}
}

func (h *nativeHistogram) keep() Histogram {
	h.keeper.Do(func() { h.exemplars = client.NewHistogram(h.ofExemplar) })
	return h.exemplars
}

func (h *nativeHistogram) Desc() *Desc              { return h.desc }
func (h *nativeHistogram) Describe(ch chan<- *Desc) { ch <- h.desc }
func (h *nativeHistogram) Collect(ch chan<- Metric) { ch <- h }

func (h *nativeHistogram) Write(out *dto.Metric) error {
	var kept dto.Metric
	last := h.last.Load()
	if last != nil {
		if err := h.keep().Write(&kept); err != nil {
			return err
		}
	}
	s := expSnapshots.Get().(*primitives.ExpHistogramSnapshot)
	defer expSnapshots.Put(s)
	h.Snapshot(s)
	out.Label = h.labels
	out.Histogram = native(s, uint64(h.infinities[0].Load()), uint64(h.infinities[1].Load()), h.maxBuckets)
	out.Histogram.CreatedTimestamp = h.createdTs
	if last != nil {
		bound := math.Inf(+1)
		out.Histogram.Bucket = []*dto.Bucket{{CumulativeCount: out.Histogram.SampleCount, UpperBound: &bound, Exemplar: last}}
		out.Histogram.Exemplars = kept.Histogram.Exemplars
	}
	return nil
}

var expSnapshots = sync.Pool{New: func() any { return new(primitives.ExpHistogramSnapshot) }}

// native returns a snapshot and infinities beside it in client_golang's form, with no
// more than maxBuckets buckets that are not empty, unless that is 0.
func native(s *primitives.ExpHistogramSnapshot, minusInf, plusInf uint64, maxBuckets int) *dto.Histogram {
	pos, neg, schema := bucketsOf(s.Positive), bucketsOf(s.Negative), s.Scale
	for ; schema < coarsestSchema; schema++ {
		pos, neg = finer(pos), finer(neg)
	}
	count, sum := s.Count+minusInf+plusInf, s.Sum
	if minusInf > 0 {
		neg = append(neg, bucket{behindLargest(schema), int64(minusInf)})
		sum -= math.Inf(1)
	}
	if plusInf > 0 {
		pos = append(pos, bucket{behindLargest(schema), int64(plusInf)})
		sum += math.Inf(1)
	}
	for schema > finestSchema || schema > coarsestSchema && maxBuckets > 0 && len(pos)+len(neg) > maxBuckets {
		pos, neg = coarser(pos), coarser(neg)
		schema--
	}
	threshold, zeros := s.ZeroThreshold, s.ZeroCount
	h := &dto.Histogram{SampleCount: &count, SampleSum: &sum, Schema: &schema, ZeroThreshold: &threshold, ZeroCount: &zeros}
	h.NegativeSpan, h.NegativeDelta = spans(neg)
	h.PositiveSpan, h.PositiveDelta = spans(pos)
	if threshold == 0 && zeros == 0 && len(pos) == 0 && len(neg) == 0 {
		h.PositiveSpan = []*dto.BucketSpan{newSpan(0)} // or it would not be seen to be native
	}
	return h
}

// bucket is one that is not empty.
type bucket struct {
	index int32 // Prometheus': one more than OpenTelemetry's
	count int64
}

// behindLargest returns the index of the bucket of infinities, behind that of the largest
// number.
func behindLargest(schema int32) int32 {
	if schema < 0 {
		return 1024>>-schema + 1
	}
	return 1024<<schema + 1
}

func bucketsOf(b primitives.ExpBuckets) (filled []bucket) {
	for i, n := range b.Counts {
		if n != 0 {
			filled = append(filled, bucket{b.Offset + int32(i) + 1, int64(n)})
		}
	}
	return filled
}

// coarser puts each two buckets together.
func coarser(fine []bucket) (coarse []bucket) {
	for _, b := range fine {
		index := (b.index + 1) >> 1
		if n := len(coarse); n > 0 && coarse[n-1].index == index {
			coarse[n-1].count += b.count
		} else {
			coarse = append(coarse, bucket{index, b.count})
		}
	}
	return coarse
}

// finer replaces each bucket of a schema that Prometheus has not by the upper half of it, or
// one of infinities, if that is lower: the bound stays what it was.
func finer(coarse []bucket) (fine []bucket) {
	for _, b := range coarse {
		fine = append(fine, bucket{min(2*b.index, behindLargest(coarsestSchema)), b.count})
	}
	return fine
}

// mostEmpty is how many empty buckets in a row are written as such rather than as the
// end of a span, as client_golang has it.
const mostEmpty = 2

// spans returns runs of buckets, and each bucket's count as the difference to the one
// before.
func spans(buckets []bucket) (runs []*dto.BucketSpan, deltas []int64) {
	var next int32
	var last int64
	add := func(count int64) {
		*runs[len(runs)-1].Length++
		deltas = append(deltas, count-last)
		last = count
	}
	for i, b := range buckets {
		empty := b.index - next
		if i == 0 || empty > mostEmpty {
			runs = append(runs, newSpan(empty))
		} else {
			for range empty {
				add(0)
			}
		}
		add(b.count)
		next = b.index + 1
	}
	return runs, deltas
}

func newSpan(offset int32) *dto.BucketSpan {
	return &dto.BucketSpan{Offset: &offset, Length: new(uint32)}
}
