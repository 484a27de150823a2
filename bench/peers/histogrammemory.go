package peers

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/percpu-go/percpu/primitives"
)

// memoryCPUs are the numbers of CPUs that histograms' sizes are told for. The one that is not
// this machine's is a model: bytes on the heap as measured, and on each CPU 8 for
// each cell that was used, and 16 for each bucket of a row.
var memoryCPUs = []int{2, 64, 256}

// HistogramMemory measures what a histogram takes in which latencies were observed,
// in Prometheus' default buckets or in exponential ones.
func HistogramMemory() Group {
	g := Group{Name: "histogram-memory"}
	observed := func(observe func(v float64)) {
		for _, v := range varied {
			observe(v)
		}
	}
	ctx := context.Background()
	heap := func(name string, cells int, create func(i int) any) {
		bytes := heapBytesOf(50, create)
		for _, cpus := range memoryCPUs {
			note := ""
			if cells > 0 && cpus != runtime.NumCPU() {
				note = "model"
			}
			if cells == 0 && cpus != memoryCPUs[0] {
				continue // the same on any machine
			}
			g.Verdicts = append(g.Verdicts, single(fmt.Sprintf("%s, %d CPUs, bytes", name, cpus), math.Round(bytes)+float64(8*cells*cpus), Bound{}, note))
		}
	}
	var s primitives.HistogramSnapshot
	var e primitives.ExpHistogramSnapshot
	for _, exact := range []bool{false, true} {
		name, opts := "Histogram", []primitives.HistogramOption(nil)
		if exact {
			name, opts = name+", exact snapshots", append(opts, primitives.WithExactSnapshots())
		}
		h := primitives.NewHistogram(prometheus.DefBuckets, opts...)
		observed(h.Observe)
		h.Snapshot(&s)
		cells := 2*len(s.Buckets) + 2 // a row, and where a thread's first observation is made
		if exact {
			cells = 2*2*len(s.Buckets) + 3
		}
		heap(name, cells, func(int) any {
			h := primitives.NewHistogram(prometheus.DefBuckets, opts...)
			observed(h.Observe)
			return h
		})
	}
	x := new(primitives.ExpHistogram)
	observed(x.Observe)
	x.Snapshot(&e)
	used := 0 // buckets that were used
	for _, n := range e.Positive.Counts {
		used += min(int(n), 1)
	}
	heap("ExpHistogram", used+1, func(int) any {
		h := new(primitives.ExpHistogram)
		observed(h.Observe)
		return h
	})
	heap("prometheus", 0, func(int) any {
		h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: prometheus.DefBuckets})
		observed(h.Observe)
		return h
	})
	heap("prometheus native", 0, func(int) any {
		h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", NativeHistogramBucketFactor: 1.1})
		observed(h.Observe)
		return h
	})
	heap("VictoriaMetrics", 0, func(int) any {
		h := new(metrics.Histogram)
		observed(h.Update)
		return h
	})
	otel := func(name string, aggregation sdk.Aggregation) {
		meter := sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader()), sdk.WithView(sdk.NewView(sdk.Instrument{Name: "*"}, sdk.Stream{Aggregation: aggregation}))).Meter("peers")
		heap(name, 0, func(i int) any {
			h, err := meter.Float64Histogram(fmt.Sprint("h", i))
			if err == nil {
				observed(func(v float64) { h.Record(ctx, v, metric.WithAttributes()) })
			}
			return h
		})
	}
	otel(OTel, sdk.AggregationExplicitBucketHistogram{Boundaries: prometheus.DefBuckets})
	otel(OTelExponential, sdk.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20})
	return g
}
