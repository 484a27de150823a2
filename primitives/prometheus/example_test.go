package prometheus_test

import (
	"fmt"
	"os"

	"github.com/prometheus/common/expfmt"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/prometheus"
)

func show(r *prometheus.Registry) {
	families, err := r.Gather()
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(os.Stdout, f); err != nil {
			fmt.Println(err)
		}
	}
}

// The statements of a program that used client_golang.
func ExampleCounterVec() {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total", Help: "Requests."}, []string{"code"})
	registry := prometheus.NewRegistry()
	registry.MustRegister(requests)

	requests.WithLabelValues("200").Inc()
	requests.With(prometheus.Labels{"code": "404"}).Add(2)
	show(registry)
	// Output:
	// # HELP requests_total Requests.
	// # TYPE requests_total counter
	// requests_total{code="200"} 1
	// requests_total{code="404"} 2
}

func ExampleHistogramVec() {
	sizes := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sizes_bytes", Help: "Sizes.", Buckets: []float64{100, 1000}}, []string{"kind"})
	registry := prometheus.NewRegistry()
	registry.MustRegister(sizes)

	sizes.WithLabelValues("text").Observe(50)
	sizes.WithLabelValues("text").Observe(5000)
	show(registry)
	// Output:
	// # HELP sizes_bytes Sizes.
	// # TYPE sizes_bytes histogram
	// sizes_bytes_bucket{kind="text",le="100"} 1
	// sizes_bytes_bucket{kind="text",le="1000"} 1
	// sizes_bytes_bucket{kind="text",le="+Inf"} 2
	// sizes_bytes_sum{kind="text"} 5050
	// sizes_bytes_count{kind="text"} 2
}

// A counter that a program has already.
func ExampleCollectCounter() {
	var requests primitives.Counter
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.CollectCounter(prometheus.CounterOpts{Name: "requests_total", Help: "Requests."}, &requests))

	requests.Add(3)
	show(registry)
	// Output:
	// # HELP requests_total Requests.
	// # TYPE requests_total counter
	// requests_total 3
}
