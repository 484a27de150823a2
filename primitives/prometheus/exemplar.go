package prometheus

import (
	"sync/atomic"

	client "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// exemplar is the latest of a counter or of a bucket.
type exemplar struct{ last atomic.Pointer[dto.Exemplar] }

// Load returns the latest exemplar, or nil.
func (e *exemplar) Load() *dto.Exemplar { return e.last.Load() }

// newExemplar makes what client_golang makes of a value and its labels, and panics with
// its error if it makes nothing of them.
func newExemplar(v float64, labels Labels) *dto.Exemplar {
	m := client.MustNewMetricWithExemplars(nothing{}, Exemplar{Value: v, Labels: labels, Timestamp: clock()})
	var pb dto.Metric
	if err := m.Write(&pb); err != nil {
		panic(err)
	}
	return pb.Counter.Exemplar
}

// nothing is a counter that has no value to show.
type nothing struct{}

func (nothing) Desc() *Desc { return nil }

func (nothing) Write(pb *dto.Metric) error {
	pb.Counter = new(dto.Counter)
	return nil
}
