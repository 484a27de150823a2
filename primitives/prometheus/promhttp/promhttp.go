// Package promhttp is package promhttp of client_golang for the CounterVec of package
// prometheus beside it. All but Handler, InstrumentHandlerCounter and
// InstrumentRoundTripperCounter is client_golang's own, by alias.
package promhttp

import (
	"net/http"

	client "github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/percpu-go/percpu/primitives/prometheus"
)

// Types of client_golang.
type (
	Compression          = client.Compression
	HandlerErrorHandling = client.HandlerErrorHandling
	HandlerOpts          = client.HandlerOpts
	InstrumentTrace      = client.InstrumentTrace
	LabelValueFromCtx    = client.LabelValueFromCtx
	Logger               = client.Logger
	Option               = client.Option
	RoundTripperFunc     = client.RoundTripperFunc
)

// Constants of client_golang.
const (
	HTTPErrorOnError = client.HTTPErrorOnError
	ContinueOnError  = client.ContinueOnError
	PanicOnError     = client.PanicOnError

	Identity = client.Identity
	Gzip     = client.Gzip
	Zstd     = client.Zstd
)

// Functions of client_golang.
var (
	HandlerFor                         = client.HandlerFor
	HandlerForTransactional            = client.HandlerForTransactional
	InstrumentHandlerDuration          = client.InstrumentHandlerDuration
	InstrumentHandlerInFlight          = client.InstrumentHandlerInFlight
	InstrumentHandlerRequestSize       = client.InstrumentHandlerRequestSize
	InstrumentHandlerResponseSize      = client.InstrumentHandlerResponseSize
	InstrumentHandlerTimeToWriteHeader = client.InstrumentHandlerTimeToWriteHeader
	InstrumentMetricHandler            = client.InstrumentMetricHandler
	InstrumentRoundTripperDuration     = client.InstrumentRoundTripperDuration
	InstrumentRoundTripperInFlight     = client.InstrumentRoundTripperInFlight
	InstrumentRoundTripperTrace        = client.InstrumentRoundTripperTrace
	WithExemplarFromContext            = client.WithExemplarFromContext
	WithExtraMethods                   = client.WithExtraMethods
	WithLabelFromCtx                   = client.WithLabelFromCtx
)

// Handler shows what the DefaultGatherer gathers, and counts its own requests with the
// DefaultRegisterer: those of package prometheus beside this one.
func Handler() http.Handler {
	return InstrumentMetricHandler(prometheus.DefaultRegisterer, HandlerFor(prometheus.DefaultGatherer, HandlerOpts{}))
}

// InstrumentHandlerCounter counts requests in counter, which may have the labels code,
// method, and those of the options.
func InstrumentHandlerCounter(counter *prometheus.CounterVec, next http.Handler, opts ...Option) http.HandlerFunc {
	return client.InstrumentHandlerDuration(times{counter}, next, opts...)
}

// InstrumentRoundTripperCounter counts requests that were answered in counter, which may
// have the labels code, method, and those of the options.
func InstrumentRoundTripperCounter(counter *prometheus.CounterVec, next http.RoundTripper, opts ...Option) RoundTripperFunc {
	return client.InstrumentRoundTripperDuration(times{counter}, next, opts...)
}
