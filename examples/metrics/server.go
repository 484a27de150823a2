package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/debug"
	"github.com/percpu-go/percpu/primitives/prometheus"
	"github.com/percpu-go/percpu/primitives/prometheus/promhttp"
)

// metrics is what the server counts. Who adds to a value writes to its own CPU's part.
type metrics struct {
	total    primitives.Counter
	inFlight primitives.Counter
	requests *primitives.CounterVec
	latency  *primitives.HistogramVec
}

// mostSeries is far more than the server's paths and codes make, and bounds what a mistake
// could.
const mostSeries = 1000

func newMetrics() *metrics {
	return &metrics{
		requests: primitives.NewCounterVec([]string{"path", "code"}, primitives.WithMaxKeys(mostSeries)),
		latency:  primitives.NewHistogramVec([]string{"path"}, prometheus.DefBuckets, primitives.WithExactSnapshots(), primitives.WithMaxKeys(mostSeries)),
	}
}

// collectors show the metrics to Prometheus.
func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.CollectCounterVec(prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests by path and code."}, m.requests),
		prometheus.CollectHistogramVec(prometheus.HistogramOpts{Name: "http_request_duration_seconds", Help: "Time to answer by path."}, m.latency),
		prometheus.CollectGauge(prometheus.GaugeOpts{Name: "http_requests_in_flight", Help: "Requests that are being answered."}, &m.inFlight),
		prometheus.NewStatsCollector(),
	}
}

// page shows them to people.
func (m *metrics) page() *debug.Page {
	p := new(debug.Page)
	p.Counter("requests", &m.total)
	p.Counter("in flight", &m.inFlight)
	p.CounterVec("requests by path and code", m.requests)
	p.HistogramVec("seconds to answer", m.latency)
	return p
}

// counted counts the requests to a path, which are answered before the answer is sent.
func (m *metrics) counted(path string, next http.HandlerFunc) http.HandlerFunc {
	latency := m.latency.With(path)
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		m.total.Inc()
		m.inFlight.Inc()
		defer m.inFlight.Dec()
		answer := &recorder{w, http.StatusOK}
		next(answer, r)
		latency.Observe(time.Since(start).Seconds())
		m.requests.With(path, strconv.Itoa(answer.code)).Inc()
	}
}

// recorder remembers the code of an answer.
type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// paths are what the server counts. Others are one path: a stranger must not be able to
// make series.
var paths = map[string]http.HandlerFunc{
	"/{$}": func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") },
	"/work": func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(rand.N(time.Millisecond))
		fmt.Fprintln(w, "done")
	},
	"/fail": func(w http.ResponseWriter, r *http.Request) {
		if rand.N(3) == 0 {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
	},
	"/": http.NotFound,
}

// labels are the paths as the metrics have them.
var labels = map[string]string{"/{$}": "/", "/": "other"}

func label(pattern string) string {
	if l, ok := labels[pattern]; ok {
		return l
	}
	return pattern
}

func newHandler() http.Handler {
	m, mux := newMetrics(), http.NewServeMux()
	for pattern, answer := range paths {
		mux.HandleFunc(pattern, m.counted(label(pattern), answer))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.collectors()...)
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.Handle("/debug/percpu", m.page())
	return mux
}
