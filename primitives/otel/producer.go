package otel

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/percpu-go/percpu/primitives"
)

// A Producer hands histograms over to a Reader of OpenTelemetry's SDK, with cumulative
// temporality. Its methods may be called at any time and from any goroutine.
type Producer struct {
	scope instrumentation.Scope

	mu    sync.Mutex
	names []string // of all
	reads []func(now time.Time) metricdata.Metrics
}

var _ metric.Producer = (*Producer)(nil)

// NewProducer returns a Producer without histograms, whose scope has that name.
func NewProducer(scope string) *Producer {
	return &Producer{scope: instrumentation.Scope{Name: scope}}
}

// Instrument is how a histogram is shown.
type Instrument struct {
	Name        string
	Description string
	Unit        string // by UCUM: "s", "By", "{request}"
	Attributes  []attribute.KeyValue

	// Min and Max return what was seen lowest and highest, and false if nothing was: the
	// methods of primitives.Min and primitives.Max, say. Without them neither is shown.
	Min, Max func() (float64, bool)
}

func (i *Instrument) metrics(data metricdata.Aggregation) metricdata.Metrics {
	return metricdata.Metrics{Name: i.Name, Description: i.Description, Unit: i.Unit, Data: data}
}

func extreme(read func() (float64, bool)) (e metricdata.Extrema[float64]) {
	if read != nil {
		if v, ok := read(); ok {
			e = metricdata.NewExtrema(v)
		}
	}
	return e
}

// add takes a histogram in. A name again is a mistake, and panics.
func (p *Producer) add(name string, read func(start, now time.Time) metricdata.Metrics) {
	start := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Contains(p.names, name) {
		panic("percpu: Producer has a histogram " + name + " already")
	}
	p.names = append(p.names, name)
	p.reads = append(p.reads, func(now time.Time) metricdata.Metrics { return read(start, now) })
}

// Histogram shows h as a histogram with explicit bounds. It panics if there is a histogram
// of that name.
func (p *Producer) Histogram(as Instrument, h *primitives.Histogram) {
	attrs := attribute.NewSet(as.Attributes...)
	p.add(as.Name, func(start, now time.Time) metricdata.Metrics {
		point := explicit(h, attrs, start, now)
		point.Min, point.Max = extreme(as.Min), extreme(as.Max)
		return as.metrics(cumulative(point))
	})
}

// HistogramVec shows each series of v as a histogram with explicit bounds, with v's labels
// and the instrument's attributes. Of its Overflow that is said at [ObserveCounterVec]. It
// panics as Histogram does.
func (p *Producer) HistogramVec(as Instrument, v *primitives.HistogramVec) {
	p.add(as.Name, func(start, now time.Time) metricdata.Metrics {
		var points []metricdata.HistogramDataPoint[float64]
		eachSeries(v, func(attrs attribute.Set, h *primitives.Histogram) {
			all := attribute.NewSet(append(attrs.ToSlice(), as.Attributes...)...)
			points = append(points, explicit(h, all, start, now))
		})
		return as.metrics(cumulative(points...))
	})
}

func explicit(h *primitives.Histogram, attrs attribute.Set, start, now time.Time) metricdata.HistogramDataPoint[float64] {
	var s primitives.HistogramSnapshot
	h.Snapshot(&s)
	return metricdata.HistogramDataPoint[float64]{
		Attributes: attrs, StartTime: start, Time: now,
		Count: s.Count, Sum: s.Sum, Bounds: s.Bounds, BucketCounts: s.Buckets,
	}
}

func cumulative(points ...metricdata.HistogramDataPoint[float64]) metricdata.Histogram[float64] {
	return metricdata.Histogram[float64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality}
}

// ExpHistogram shows h as an exponential histogram. NaNs, for which OpenTelemetry has no
// bucket, are not in its count. It panics as Histogram does.
func (p *Producer) ExpHistogram(as Instrument, h *primitives.ExpHistogram) {
	attrs := attribute.NewSet(as.Attributes...)
	p.add(as.Name, func(start, now time.Time) metricdata.Metrics {
		var s primitives.ExpHistogramSnapshot
		h.Snapshot(&s)
		point := metricdata.ExponentialHistogramDataPoint[float64]{
			Attributes: attrs, StartTime: start, Time: now,
			Count: s.Count - s.NaNCount, Sum: s.Sum, Min: extreme(as.Min), Max: extreme(as.Max),
			Scale: s.Scale, ZeroCount: s.ZeroCount, ZeroThreshold: s.ZeroThreshold,
			PositiveBucket: metricdata.ExponentialBucket{Offset: s.Positive.Offset, Counts: s.Positive.Counts},
			NegativeBucket: metricdata.ExponentialBucket{Offset: s.Negative.Offset, Counts: s.Negative.Counts},
		}
		return as.metrics(metricdata.ExponentialHistogram[float64]{
			DataPoints: []metricdata.ExponentialHistogramDataPoint[float64]{point}, Temporality: metricdata.CumulativeTemporality,
		})
	})
}

// Produce implements metric.Producer.
func (p *Producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	p.mu.Lock()
	reads := p.reads[:len(p.reads):len(p.reads)]
	p.mu.Unlock()
	if len(reads) == 0 {
		return nil, nil
	}
	all := metricdata.ScopeMetrics{Scope: p.scope}
	now := time.Now()
	for _, read := range reads {
		all.Metrics = append(all.Metrics, read(now))
	}
	return []metricdata.ScopeMetrics{all}, nil
}
