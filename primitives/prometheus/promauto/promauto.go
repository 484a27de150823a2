// Package promauto is package promauto of client_golang with counters and histograms of
// package prometheus beside it: constructors that register what they return, and panic if
// they can't.
package promauto

import (
	client "github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/percpu-go/percpu/primitives/prometheus"
)

// Factory is client_golang's, with counters and histograms of ours. The zero value
// registers nothing.
type Factory struct {
	client.Factory
	r prometheus.Registerer
}

// With returns a Factory that registers with r, or not at all if r is nil.
func With(r prometheus.Registerer) Factory { return Factory{client.With(r), r} }

// standard is what the functions use.
func standard() Factory { return With(prometheus.DefaultRegisterer) }

func register[C prometheus.Collector](f Factory, c C) C {
	if f.r != nil {
		f.r.MustRegister(c)
	}
	return c
}

// NewCounter is prometheus.NewCounter.
func (f Factory) NewCounter(opts prometheus.CounterOpts) prometheus.Counter {
	return register(f, prometheus.NewCounter(opts))
}

// NewCounterVec is prometheus.NewCounterVec.
func (f Factory) NewCounterVec(opts prometheus.CounterOpts, labelNames []string) *prometheus.CounterVec {
	return register(f, prometheus.NewCounterVec(opts, labelNames))
}

// NewHistogram is prometheus.NewHistogram.
func (f Factory) NewHistogram(opts prometheus.HistogramOpts) prometheus.Histogram {
	return register(f, prometheus.NewHistogram(opts))
}

// NewHistogramVec is prometheus.NewHistogramVec.
func (f Factory) NewHistogramVec(opts prometheus.HistogramOpts, labelNames []string) *prometheus.HistogramVec {
	return register(f, prometheus.NewHistogramVec(opts, labelNames))
}

// NewCounter is prometheus.NewCounter, registered with the DefaultRegisterer.
func NewCounter(opts prometheus.CounterOpts) prometheus.Counter { return standard().NewCounter(opts) }

// NewCounterVec is prometheus.NewCounterVec, registered with the DefaultRegisterer.
func NewCounterVec(opts prometheus.CounterOpts, labelNames []string) *prometheus.CounterVec {
	return standard().NewCounterVec(opts, labelNames)
}

// NewCounterFunc is client_golang's.
func NewCounterFunc(opts prometheus.CounterOpts, function func() float64) prometheus.CounterFunc {
	return standard().NewCounterFunc(opts, function)
}

// NewGauge is client_golang's.
func NewGauge(opts prometheus.GaugeOpts) prometheus.Gauge { return standard().NewGauge(opts) }

// NewGaugeVec is client_golang's.
func NewGaugeVec(opts prometheus.GaugeOpts, labelNames []string) *prometheus.GaugeVec {
	return standard().NewGaugeVec(opts, labelNames)
}

// NewGaugeFunc is client_golang's.
func NewGaugeFunc(opts prometheus.GaugeOpts, function func() float64) prometheus.GaugeFunc {
	return standard().NewGaugeFunc(opts, function)
}

// NewSummary is client_golang's.
func NewSummary(opts prometheus.SummaryOpts) prometheus.Summary { return standard().NewSummary(opts) }

// NewSummaryVec is client_golang's.
func NewSummaryVec(opts prometheus.SummaryOpts, labelNames []string) *prometheus.SummaryVec {
	return standard().NewSummaryVec(opts, labelNames)
}

// NewHistogram is prometheus.NewHistogram, registered with the DefaultRegisterer.
func NewHistogram(opts prometheus.HistogramOpts) prometheus.Histogram {
	return standard().NewHistogram(opts)
}

// NewHistogramVec is prometheus.NewHistogramVec, registered with the DefaultRegisterer.
func NewHistogramVec(opts prometheus.HistogramOpts, labelNames []string) *prometheus.HistogramVec {
	return standard().NewHistogramVec(opts, labelNames)
}

// NewUntypedFunc is client_golang's.
func NewUntypedFunc(opts prometheus.UntypedOpts, function func() float64) prometheus.UntypedFunc {
	return standard().NewUntypedFunc(opts, function)
}
