package prometheus

import (
	"fmt"

	dto "github.com/prometheus/client_model/go"

	"github.com/percpu-go/percpu/primitives"
)

// CollectCounter returns a collector that shows c as a counter. c must only grow, as
// counters do: for what also falls there is [CollectGauge].
func CollectCounter(opts CounterOpts, c *primitives.Counter) Collector {
	return NewCounterFunc(opts, func() float64 { return float64(uint64(c.Load())) })
}

// CollectGauge returns a collector that shows c as a gauge: what is in flight, say.
func CollectGauge(opts GaugeOpts, c *primitives.Counter) Collector {
	return NewGaugeFunc(opts, func() float64 { return float64(c.Load()) })
}

// CollectFloatCounter returns a collector that shows c as a counter. c must only grow.
func CollectFloatCounter(opts CounterOpts, c *primitives.FloatCounter) Collector {
	return NewCounterFunc(opts, c.Load)
}

// CollectFloatGauge returns a collector that shows c as a gauge.
func CollectFloatGauge(opts GaugeOpts, c *primitives.FloatCounter) Collector {
	return NewGaugeFunc(opts, c.Load)
}

// CollectCounterMap returns a collector that shows each key of m as a counter. values
// makes the values of the labels from a key, in their order; nil stands for one label, the
// key as fmt prints it. What is in m's Overflow is not shown: it has a collector of
// its own, CollectCounter(…, m.Overflow()).
//
// Keys for which values returns the same are a mistake, which the registry reports, and so
// are values that are not valid UTF-8.
func CollectCounterMap[K comparable](opts CounterOpts, labelNames []string, m *primitives.CounterMap[K], values func(K) []string) Collector {
	if values == nil {
		values = func(key K) []string { return []string{fmt.Sprint(key)} }
	}
	desc := newDesc(Opts(opts), labelNames)
	return &collector{desc, func(ch chan<- Metric) {
		for key, n := range m.All() {
			ch <- constMetric(desc, CounterValue, float64(uint64(n)), values(key)...)
		}
	}}
}

func newDesc(opts Opts, labelNames []string) *Desc {
	return NewDesc(BuildFQName(opts.Namespace, opts.Subsystem, opts.Name), opts.Help, labelNames, opts.ConstLabels)
}

// collector collects what has one description by a function.
type collector struct {
	desc    *Desc
	collect func(chan<- Metric)
}

func (c *collector) Describe(ch chan<- *Desc) { ch <- c.desc }
func (c *collector) Collect(ch chan<- Metric) { c.collect(ch) }

// constMetric is client_golang's, with its error as a metric.
func constMetric(desc *Desc, kind ValueType, value float64, labelValues ...string) Metric {
	m, err := NewConstMetric(desc, kind, value, labelValues...)
	if err != nil {
		return NewInvalidMetric(desc, err)
	}
	return m
}

// snapshot is a metric as of a collection.
type snapshot struct {
	desc *Desc
	pb   *dto.Metric
}

func (s *snapshot) Desc() *Desc { return s.desc }

func (s *snapshot) Write(out *dto.Metric) error {
	out.Label, out.Counter, out.Histogram = s.pb.Label, s.pb.Counter, s.pb.Histogram
	return nil
}
