package promhttp

import "github.com/percpu-go/percpu/primitives/prometheus"

// times is a CounterVec that counts how many times something is observed, whatever it is:
// client_golang's functions for durations do with it what those for counters do.
type times struct{ *prometheus.CounterVec }

func (t times) GetMetricWith(labels prometheus.Labels) (prometheus.Observer, error) {
	c, err := t.CounterVec.GetMetricWith(labels)
	return time{c}, err
}

func (t times) GetMetricWithLabelValues(values ...string) (prometheus.Observer, error) {
	c, err := t.CounterVec.GetMetricWithLabelValues(values...)
	return time{c}, err
}

func (t times) With(labels prometheus.Labels) prometheus.Observer {
	return time{t.CounterVec.With(labels)}
}

func (t times) WithLabelValues(values ...string) prometheus.Observer {
	return time{t.CounterVec.WithLabelValues(values...)}
}

func (t times) CurryWith(labels prometheus.Labels) (prometheus.ObserverVec, error) {
	part, err := t.CounterVec.CurryWith(labels)
	if err != nil {
		return nil, err
	}
	return times{part}, nil
}

func (t times) MustCurryWith(labels prometheus.Labels) prometheus.ObserverVec {
	return times{t.CounterVec.MustCurryWith(labels)}
}

// time is a counter that counts one for each observation.
type time struct{ prometheus.Counter }

func (t time) Observe(float64) { t.Inc() }

func (t time) ObserveWithExemplar(_ float64, labels prometheus.Labels) {
	t.Counter.(prometheus.ExemplarAdder).AddWithExemplar(1, labels)
}
