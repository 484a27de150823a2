package victoriametrics_test

import (
	"os"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/victoriametrics"
)

func ExampleSet() {
	var requests primitives.Counter
	set := new(victoriametrics.Set)
	set.Counter(`requests_total{path="/"}`, &requests)
	// metrics.RegisterMetricsWriter(set.WritePrometheus)

	requests.Add(3)
	set.WritePrometheus(os.Stdout)
	// Output: requests_total{path="/"} 3
}
