package prometheus

import client "github.com/prometheus/client_golang/prometheus"

// Types of client_golang.
type (
	AlreadyRegisteredError = client.AlreadyRegisteredError
	Collector              = client.Collector
	CollectorFunc          = client.CollectorFunc
	ConstrainableLabels    = client.ConstrainableLabels
	ConstrainedLabel       = client.ConstrainedLabel
	ConstrainedLabels      = client.ConstrainedLabels
	Counter                = client.Counter
	CounterFunc            = client.CounterFunc
	CounterOpts            = client.CounterOpts
	CounterVecOpts         = client.CounterVecOpts
	Desc                   = client.Desc
	Exemplar               = client.Exemplar
	ExemplarAdder          = client.ExemplarAdder
	ExemplarObserver       = client.ExemplarObserver
	Gatherer               = client.Gatherer
	GathererFunc           = client.GathererFunc
	Gatherers              = client.Gatherers
	Gauge                  = client.Gauge
	GaugeFunc              = client.GaugeFunc
	GaugeOpts              = client.GaugeOpts
	GaugeVec               = client.GaugeVec
	GaugeVecOpts           = client.GaugeVecOpts
	Histogram              = client.Histogram
	HistogramOpts          = client.HistogramOpts
	HistogramVecOpts       = client.HistogramVecOpts
	LabelConstraint        = client.LabelConstraint
	Labels                 = client.Labels
	Metric                 = client.Metric
	MetricVec              = client.MetricVec
	MultiError             = client.MultiError
	MultiTRegistry         = client.MultiTRegistry
	Observer               = client.Observer
	ObserverFunc           = client.ObserverFunc
	ObserverVec            = client.ObserverVec
	Opts                   = client.Opts
	ProcessCollectorOpts   = client.ProcessCollectorOpts
	Registerer             = client.Registerer
	Registry               = client.Registry
	Summary                = client.Summary
	SummaryOpts            = client.SummaryOpts
	SummaryVec             = client.SummaryVec
	SummaryVecOpts         = client.SummaryVecOpts
	Timer                  = client.Timer
	TransactionalGatherer  = client.TransactionalGatherer
	UnconstrainedLabels    = client.UnconstrainedLabels
	UntypedFunc            = client.UntypedFunc
	UntypedOpts            = client.UntypedOpts
	ValueType              = client.ValueType
)

// Constants of client_golang.
const (
	CounterValue = client.CounterValue
	GaugeValue   = client.GaugeValue
	UntypedValue = client.UntypedValue

	DefAgeBuckets                    = client.DefAgeBuckets
	DefBufCap                        = client.DefBufCap
	DefMaxAge                        = client.DefMaxAge
	DefNativeHistogramZeroThreshold  = client.DefNativeHistogramZeroThreshold
	ExemplarMaxRunes                 = client.ExemplarMaxRunes
	NativeHistogramZeroThresholdZero = client.NativeHistogramZeroThresholdZero
)

// Functions of client_golang.
var (
	BuildFQName                               = client.BuildFQName
	DescribeByCollect                         = client.DescribeByCollect
	ExponentialBuckets                        = client.ExponentialBuckets
	ExponentialBucketsRange                   = client.ExponentialBucketsRange
	LinearBuckets                             = client.LinearBuckets
	MakeLabelPairs                            = client.MakeLabelPairs
	MustNewConstHistogram                     = client.MustNewConstHistogram
	MustNewConstHistogramWithCreatedTimestamp = client.MustNewConstHistogramWithCreatedTimestamp
	MustNewConstMetric                        = client.MustNewConstMetric
	MustNewConstMetricWithCreatedTimestamp    = client.MustNewConstMetricWithCreatedTimestamp
	MustNewConstNativeHistogram               = client.MustNewConstNativeHistogram
	MustNewConstSummary                       = client.MustNewConstSummary
	MustNewConstSummaryWithCreatedTimestamp   = client.MustNewConstSummaryWithCreatedTimestamp
	MustNewMetricWithExemplars                = client.MustNewMetricWithExemplars
	NewConstHistogram                         = client.NewConstHistogram
	NewConstHistogramWithCreatedTimestamp     = client.NewConstHistogramWithCreatedTimestamp
	NewConstMetric                            = client.NewConstMetric
	NewConstMetricWithCreatedTimestamp        = client.NewConstMetricWithCreatedTimestamp
	NewConstNativeHistogram                   = client.NewConstNativeHistogram
	NewConstSummary                           = client.NewConstSummary
	NewConstSummaryWithCreatedTimestamp       = client.NewConstSummaryWithCreatedTimestamp
	NewCounterFunc                            = client.NewCounterFunc
	NewDesc                                   = client.NewDesc
	NewGauge                                  = client.NewGauge
	NewGaugeFunc                              = client.NewGaugeFunc
	NewGaugeVec                               = client.NewGaugeVec
	NewInvalidDesc                            = client.NewInvalidDesc
	NewInvalidMetric                          = client.NewInvalidMetric
	NewMetricVec                              = client.NewMetricVec
	NewMetricWithExemplars                    = client.NewMetricWithExemplars
	NewMetricWithTimestamp                    = client.NewMetricWithTimestamp
	NewMultiTRegistry                         = client.NewMultiTRegistry
	NewPedanticRegistry                       = client.NewPedanticRegistry
	NewPidFileFn                              = client.NewPidFileFn
	NewRegistry                               = client.NewRegistry
	NewSummary                                = client.NewSummary
	NewSummaryVec                             = client.NewSummaryVec
	NewTimer                                  = client.NewTimer
	NewUntypedFunc                            = client.NewUntypedFunc
	ToTransactionalGatherer                   = client.ToTransactionalGatherer
	WrapCollectorWith                         = client.WrapCollectorWith
	WrapCollectorWithPrefix                   = client.WrapCollectorWithPrefix
	WrapRegistererWith                        = client.WrapRegistererWith
	WrapRegistererWithPrefix                  = client.WrapRegistererWithPrefix
	WriteToTextfile                           = client.WriteToTextfile
)

// Variables of client_golang, as they are when the program starts.
var (
	CounterMetricTypePtr = client.CounterMetricTypePtr
	GaugeMetricTypePtr   = client.GaugeMetricTypePtr
	UntypedMetricTypePtr = client.UntypedMetricTypePtr
	DefBuckets           = client.DefBuckets

	DefaultRegisterer = client.DefaultRegisterer
	DefaultGatherer   = client.DefaultGatherer
)

// Register registers c with the DefaultRegisterer.
func Register(c Collector) error { return DefaultRegisterer.Register(c) }

// MustRegister registers all of cs with the DefaultRegisterer, and panics if it can't.
func MustRegister(cs ...Collector) { DefaultRegisterer.MustRegister(cs...) }

// Unregister takes c from the DefaultRegisterer, and reports whether it was there.
func Unregister(c Collector) bool { return DefaultRegisterer.Unregister(c) }
