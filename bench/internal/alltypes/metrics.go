package alltypes

import (
	"errors"

	"github.com/percpu-go/percpu/primitives"
)

var vecLabels = []string{"label"}

func useHistogram(h *primitives.Histogram) error {
	together(func() { h.Observe(1.5) })
	var s primitives.HistogramSnapshot
	h.Snapshot(&s)
	return errors.Join(
		want("Histogram.Snapshot, count", s.Count, threads*each),
		want("Histogram.Snapshot, sum", s.Sum, threads*each*1.5),
	)
}

func useExpHistogram(h *primitives.ExpHistogram) error {
	together(func() {
		h.Observe(1.5)
		h.Observe(-1000)
	})
	var s primitives.ExpHistogramSnapshot
	h.Snapshot(&s)
	return errors.Join(
		want("ExpHistogram.Snapshot, count", s.Count, 2*threads*each),
		want("ExpHistogram.Snapshot, sum", s.Sum, threads*each*(1.5-1000)),
	)
}

func useVecs(c *primitives.CounterVec, f *primitives.FloatCounterVec, h *primitives.HistogramVec) error {
	together(func() {
		c.With("value").Inc()
		f.With("value").Add(0.5)
		h.With("value").Observe(1)
	})
	var s primitives.HistogramSnapshot
	h.With("value").Snapshot(&s)
	return errors.Join(
		want("CounterVec", c.With("value").Load(), threads*each),
		want("FloatCounterVec", f.With("value").Load(), threads*each/2),
		want("HistogramVec", s.Count, threads*each),
		want("CounterVec.Delete", c.Delete("value"), true),
	)
}
