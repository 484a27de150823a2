package prometheus

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/percpu-go/percpu/primitives"
)

// CollectHistogram returns a collector that shows h as a classic histogram. Of opts it uses
// the names, the help and the constant labels. Sum and buckets of one scrape are of the
// same observations if h was made with primitives.WithExactSnapshots.
func CollectHistogram(opts HistogramOpts, h *primitives.Histogram) Collector {
	desc := histogramDesc(opts, nil)
	return &collector{desc, func(ch chan<- Metric) { ch <- classicMetric(desc, h) }}
}

// CollectExpHistogram returns a collector that shows h as a native histogram. Of opts it
// uses the names, the help, the constant labels and NativeHistogramMaxBucketNumber.
func CollectExpHistogram(opts HistogramOpts, h *primitives.ExpHistogram) Collector {
	desc := histogramDesc(opts, nil)
	return &collector{desc, func(ch chan<- Metric) {
		var s primitives.ExpHistogramSnapshot
		h.Snapshot(&s)
		n := native(&s, 0, 0, int(opts.NativeHistogramMaxBucketNumber))
		ch <- &snapshot{desc, &dto.Metric{Label: MakeLabelPairs(desc, nil), Histogram: n}}
	}}
}

// CollectCounterVec returns a collector that shows the series of v as counters, with v's
// labels. What is in v's Overflow is not shown. Values of labels that are not valid UTF-8
// are a mistake, which the registry reports, here and in the following.
func CollectCounterVec(opts CounterOpts, v *primitives.CounterVec) Collector {
	desc := newDesc(Opts(opts), v.Labels())
	return &collector{desc, func(ch chan<- Metric) {
		v.Range(func(values []string, c *primitives.Counter) bool {
			ch <- constMetric(desc, CounterValue, float64(uint64(c.Load())), values...)
			return true
		})
	}}
}

// CollectFloatCounterVec returns a collector that shows the series of v as counters, with
// v's labels. What is in v's Overflow is not shown.
func CollectFloatCounterVec(opts CounterOpts, v *primitives.FloatCounterVec) Collector {
	desc := newDesc(Opts(opts), v.Labels())
	return &collector{desc, func(ch chan<- Metric) {
		v.Range(func(values []string, c *primitives.FloatCounter) bool {
			ch <- constMetric(desc, CounterValue, c.Load(), values...)
			return true
		})
	}}
}

// CollectHistogramVec returns a collector that shows the series of v as classic histograms,
// with v's labels, as CollectHistogram does. What is in v's Overflow is not shown.
func CollectHistogramVec(opts HistogramOpts, v *primitives.HistogramVec) Collector {
	desc := histogramDesc(opts, v.Labels())
	return &collector{desc, func(ch chan<- Metric) {
		v.Range(func(values []string, h *primitives.Histogram) bool {
			ch <- classicMetric(desc, h, values...)
			return true
		})
	}}
}

func classicMetric(desc *Desc, h *primitives.Histogram, values ...string) Metric {
	var s primitives.HistogramSnapshot
	h.Snapshot(&s)
	if m := constMetric(desc, UntypedValue, 0, values...); isInvalid(m) { // says what is wrong with the values
		return m
	}
	return &snapshot{desc, &dto.Metric{Label: MakeLabelPairs(desc, values), Histogram: classic(&s, nil)}}
}

func isInvalid(m Metric) bool { return m.Write(new(dto.Metric)) != nil }
