package peers

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/percpu-go/percpu/primitives"
)

// vecTargets are what vectors are meant to achieve.
var vecTargets = []Target{
	{"CounterVec.With(3 values).Inc / prometheus", cost, row{PercpuRseq, 1}, row{Prometheus, 1}, atMost(0.6)},
	{"CounterVec.With(3 values).Inc / prometheus", cost, row{PercpuRseq, 2}, row{Prometheus, 2}, atMost(0.25)},
	{"atomic backend: CounterVec.With(3 values).Inc / prometheus", cost, row{PercpuAtomic, 1}, row{Prometheus, 1}, Bound{}},
	{"atomic backend: CounterVec.With(3 values).Inc / prometheus", cost, row{PercpuAtomic, 2}, row{Prometheus, 2}, Bound{}},
}

var vecLabels = []string{"method", "path", "code"}

// vecValues are the values of some series, which are used in turn.
var vecValues = func() (s [64][3]string) {
	for i := range s {
		s[i] = [3]string{[]string{"GET", "POST"}[i%2], fmt.Sprintf("/api/v1/resource-%d", i/4), []string{"200", "404"}[i/2%2]}
	}
	return s
}()

// Vecs returns contenders that look a counter up by three values and add 1.
func Vecs(h Host) (contenders []*Contender) {
	for _, b := range h.backends() {
		contenders = append(contenders, contendVec(b))
	}
	return append(contenders, contendPrometheusVec())
}

func contendVec(b namedBackend) *Contender {
	vecs := newByThreads(func() *primitives.CounterVec {
		return primitives.NewCounterVec(vecLabels, primitives.WithBackend(b.backend))
	})
	return contend(Ours, b.name, func(_, n int) {
		v := vecs.now
		for i := range n {
			s := &vecValues[i%len(vecValues)]
			v.With(s[0], s[1], s[2]).Inc()
		}
	}, counted(func() (sum int64) {
		for _, v := range vecs.all {
			v.Range(func(_ []string, c *primitives.Counter) bool {
				sum += c.Load()
				return true
			})
		}
		return sum
	})).prepared(vecs.prepare)
}

func contendPrometheusVec() *Contender {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "peers_total"}, vecLabels)
	return contend(Peer, Prometheus, func(_, n int) {
		for i := range n {
			s := &vecValues[i%len(vecValues)]
			v.WithLabelValues(s[0], s[1], s[2]).Inc()
		}
	}, counted(func() (sum int64) {
		for _, s := range vecValues {
			sum += int64(readPrometheus(v.WithLabelValues(s[:]...)))
		}
		return sum
	}))
}
