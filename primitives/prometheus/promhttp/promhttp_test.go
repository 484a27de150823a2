package promhttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives/prometheus"
	"github.com/percpu-go/percpu/primitives/prometheus/promauto"
	"github.com/percpu-go/percpu/primitives/prometheus/promhttp"
)

// TestInstrumented: a server and a client that are instrumented with everything there is
// count as they do with client_golang.
func TestInstrumented(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	prometheus.DefaultRegisterer, prometheus.DefaultGatherer = r, r
	served := promauto.NewCounterVec(prometheus.CounterOpts{Name: "served_total", Help: "h"}, []string{"code", "method"})
	asked := promauto.With(r).NewCounterVec(prometheus.CounterOpts{Name: "asked_total"}, []string{"code", "handler"})
	curried := asked.MustCurryWith(prometheus.Labels{"handler": "x"})
	took := promauto.NewHistogramVec(prometheus.HistogramOpts{Name: "took_seconds", Buckets: []float64{1000}}, []string{"code"})
	inFlight := promauto.NewGauge(prometheus.GaugeOpts{Name: "in_flight"})

	handler := promhttp.InstrumentHandlerInFlight(inFlight, promhttp.InstrumentHandlerDuration(took,
		promhttp.InstrumentHandlerCounter(served, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.URL.Path == "/teapot" {
				w.WriteHeader(http.StatusTeapot)
			}
		}), promhttp.WithExtraMethods("BREW"))))
	server := httptest.NewServer(handler)
	defer server.Close()
	client := http.Client{Transport: promhttp.InstrumentRoundTripperCounter(curried, http.DefaultTransport)}
	for range 3 {
		for _, path := range []string{"/", "/", "/teapot"} {
			resp, err := client.Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	}
	w := httptest.NewRecorder()
	promhttp.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`served_total{code="200",method="get"} 6`, `served_total{code="418",method="get"} 3`,
		`asked_total{code="200",handler="x"} 6`, `asked_total{code="418",handler="x"} 3`,
		`took_seconds_bucket{code="418",le="+Inf"} 3`, `took_seconds_count{code="200"} 6`, "in_flight 0",
		`promhttp_metric_handler_requests_in_flight 1`,
	} {
		if !strings.Contains(string(text), line+"\n") {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// TestLabelsChecked: labels that it can't fill are refused at once, as client_golang does.
func TestLabelsChecked(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a counter with a label that nobody fills")
		}
	}()
	promhttp.InstrumentHandlerCounter(prometheus.NewCounterVec(prometheus.CounterOpts{Name: "c"}, []string{"colour"}), nil)
}
