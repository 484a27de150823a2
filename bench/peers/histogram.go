package peers

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows of histograms: further kinds of ours have the name of the row, and
// one of these.
const (
	exactSnapshots = " exact"
	exponential    = " exponential"

	PrometheusNative = "prometheus native"
	OTel             = "OpenTelemetry"
	OTelExponential  = "OpenTelemetry exponential"
)

// histogramTargets are what histograms are meant to achieve.
var histogramTargets = []Target{
	{"Histogram.Observe / prometheus", cost, row{PercpuRseq, 1}, row{Prometheus, 1}, atMost(0.8)},
	{"throughput: Histogram / prometheus", throughput, row{PercpuRseq, 2}, row{Prometheus, 2}, atLeast(20)},
	{"throughput: Histogram / VictoriaMetrics", throughput, row{PercpuRseq, 2}, row{Victoria, 2}, atLeast(6)},
	{"throughput: Histogram / prometheus native", throughput, row{PercpuRseq, 2}, row{PrometheusNative, 2}, atLeast(30)},
	{"throughput: Histogram / OpenTelemetry", throughput, row{PercpuRseq, 2}, row{OTel, 2}, atLeast(20)},
	{"Histogram.Observe, exact snapshots / prometheus", cost, row{PercpuRseq + exactSnapshots, 1}, row{Prometheus, 1}, atMost(1.6)},
	{"throughput: Histogram, exact snapshots / prometheus", throughput, row{PercpuRseq + exactSnapshots, 2}, row{Prometheus, 2}, atLeast(10)},
	{"ExpHistogram.Observe / prometheus native", cost, row{PercpuRseq + exponential, 1}, row{PrometheusNative, 1}, Bound{}},
	{"throughput: ExpHistogram / prometheus native", throughput, row{PercpuRseq + exponential, 2}, row{PrometheusNative, 2}, Bound{}},
	{"throughput: ExpHistogram / OpenTelemetry exponential", throughput, row{PercpuRseq + exponential, 2}, row{OTelExponential, 2}, Bound{}},
	{"atomic backend: Histogram.Observe / prometheus", cost, row{PercpuAtomic, 1}, row{Prometheus, 1}, Bound{}},
	{"atomic backend: Histogram.Observe / prometheus", cost, row{PercpuAtomic, 2}, row{Prometheus, 2}, Bound{}},
	{"atomic backend: Histogram.Observe, exact snapshots / prometheus", cost, row{PercpuAtomic + exactSnapshots, 1}, row{Prometheus, 1}, Bound{}},
	{"atomic backend: Histogram.Observe, exact snapshots / prometheus", cost, row{PercpuAtomic + exactSnapshots, 2}, row{Prometheus, 2}, Bound{}},
}

// histogramTargetsOf returns them for observations of that name, for summaries to tell
// them apart.
func histogramTargetsOf(name string) []Target {
	targets := slices.Clone(histogramTargets)
	for i := range targets {
		targets[i].what = name + targets[i].what
	}
	return targets
}

// observations are what a loop observes, again and again: seconds.
type observations [1 << 10]float64

// varied are latencies as they come, of which half are between 20 and 75 ms. No
// processor predicts all of their buckets.
var varied = func() (s observations) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range s {
		s[i] = 0.04 * math.Exp(rng.NormFloat64())
	}
	return s
}()

// steady are latencies of which a processor knows the bucket.
var steady = func() (s observations) {
	for i := range s {
		s[i] = 0.04
	}
	return s
}()

// Histograms returns contenders that observe values, in Prometheus' default
// buckets or in exponential ones.
func Histograms(h Host, values *observations) (contenders []*Contender) {
	for _, b := range h.backends() {
		with := primitives.WithBackend(b.backend)
		contenders = append(contenders,
			contendHistogram(values, b.name, with),
			contendHistogram(values, b.name+exactSnapshots, with, primitives.WithExactSnapshots()),
			contendExpHistogram(values, b.name+exponential, with),
		)
	}
	return append(contenders,
		contendPrometheusHistogram(values, Prometheus, prometheus.HistogramOpts{Name: "h", Buckets: prometheus.DefBuckets}),
		contendPrometheusHistogram(values, PrometheusNative, prometheus.HistogramOpts{Name: "h", NativeHistogramBucketFactor: 1.1}),
		contendVictoriaHistogram(values),
		contendOTelHistogram(values, OTel, nil),
		contendOTelHistogram(values, OTelExponential, sdk.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}),
	)
}

func contendHistogram(values *observations, name string, opts ...primitives.HistogramOption) *Contender {
	histograms := newByThreads(func() *primitives.Histogram { return primitives.NewHistogram(prometheus.DefBuckets, opts...) })
	return contend(Ours, name, func(_, n int) {
		h := histograms.now
		for i := range n {
			h.Observe(values[i%len(values)])
		}
	}, counted(func() (sum int64) {
		var s primitives.HistogramSnapshot
		for _, h := range histograms.all {
			h.Snapshot(&s)
			sum += int64(s.Count)
		}
		return sum
	})).prepared(histograms.prepare)
}

func contendExpHistogram(values *observations, name string, opts ...primitives.ExpHistogramOption) *Contender {
	histograms := newByThreads(func() *primitives.ExpHistogram { return primitives.NewExpHistogram(opts...) })
	return contend(Ours, name, func(_, n int) {
		h := histograms.now
		for i := range n {
			h.Observe(values[i%len(values)])
		}
	}, counted(func() (sum int64) {
		var s primitives.ExpHistogramSnapshot
		for _, h := range histograms.all {
			h.Snapshot(&s)
			sum += int64(s.Count)
		}
		return sum
	})).prepared(histograms.prepare)
}

func contendPrometheusHistogram(values *observations, name string, opts prometheus.HistogramOpts) *Contender {
	h := prometheus.NewHistogram(opts)
	return contend(Peer, name, func(_, n int) {
		for i := range n {
			h.Observe(values[i%len(values)])
		}
	}, counted(func() int64 {
		var m dto.Metric
		if err := h.Write(&m); err != nil {
			return -1
		}
		return int64(m.GetHistogram().GetSampleCount())
	}))
}

func contendVictoriaHistogram(values *observations) *Contender {
	set := metrics.NewSet()
	h := set.NewHistogram("h")
	return contend(Peer, Victoria, func(_, n int) {
		for i := range n {
			h.Update(values[i%len(values)])
		}
	}, counted(func() (count int64) {
		var text bytes.Buffer
		set.WritePrometheus(&text)
		for line := range strings.Lines(text.String()) {
			_, _ = fmt.Sscanf(line, "h_count %d", &count)
		}
		return count
	}))
}

func contendOTelHistogram(values *observations, name string, aggregation sdk.Aggregation) *Contender {
	reader := sdk.NewManualReader()
	opts := []sdk.Option{sdk.WithReader(reader)}
	if aggregation != nil {
		opts = append(opts, sdk.WithView(sdk.NewView(sdk.Instrument{Name: "h"}, sdk.Stream{Aggregation: aggregation})))
	}
	h, err := sdk.NewMeterProvider(opts...).Meter("peers").Float64Histogram("h", metric.WithExplicitBucketBoundaries(prometheus.DefBuckets...))
	ctx := context.Background()
	return contend(Peer, name, func(_, n int) {
		for i := range n {
			h.Record(ctx, values[i%len(values)])
		}
	}, func(done int64) error {
		var m metricdata.ResourceMetrics
		if err == nil {
			err = reader.Collect(ctx, &m)
		}
		if err != nil {
			return err
		}
		return counted(func() int64 { return otelCount(m) })(done)
	})
}

// otelCount returns how many observations the only histogram has.
func otelCount(m metricdata.ResourceMetrics) int64 {
	if len(m.ScopeMetrics) == 0 {
		return 0
	}
	switch data := m.ScopeMetrics[0].Metrics[0].Data.(type) {
	case metricdata.Histogram[float64]:
		return int64(data.DataPoints[0].Count)
	case metricdata.ExponentialHistogram[float64]:
		return int64(data.DataPoints[0].Count)
	}
	return -1
}
