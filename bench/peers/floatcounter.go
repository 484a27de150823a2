package peers

import (
	"github.com/VictoriaMetrics/metrics"

	"github.com/percpu-go/percpu/primitives"
)

// floatCounterTargets are what FloatCounter is meant to achieve.
var floatCounterTargets = costTargets("FloatCounter.Add / CAS loop", CASFloat, sides{0.6, 0.15}, sides{1.1, 0.4})

// FloatCounters returns contenders that add 0.5 to a float64: a fraction,
// because libraries may keep whole numbers elsewhere.
func FloatCounters(h Host) (contenders []*Contender) {
	for _, b := range h.backends() {
		contenders = append(contenders, contendFloat(b))
	}
	return append(contenders,
		contendMutexFloat(),
		contendCASFloat(),
		contendPrometheusFloat(),
		contendVictoriaFloat(),
	)
}

func contendFloat(b namedBackend) *Contender {
	counters := newByThreads(func() *primitives.FloatCounter { return primitives.NewFloatCounter(primitives.WithBackend(b.backend)) })
	return contend(Ours, b.name, func(_, n int) {
		c := counters.now
		for range n {
			c.Add(0.5)
		}
	}, summed(func() (sum float64) {
		for _, c := range counters.all {
			sum += c.Load()
		}
		return sum
	})).prepared(counters.prepare)
}

func contendMutexFloat() *Contender {
	c := &new(padded[mutexFloat]).v
	return contend(Peer, MutexFloat, func(_, n int) {
		for range n {
			c.Add(0.5)
		}
	}, summed(c.Load))
}

func contendCASFloat() *Contender {
	c := &new(padded[casFloat]).v
	return contend(Peer, CASFloat, func(_, n int) {
		for range n {
			c.Add(0.5)
		}
	}, summed(c.Load))
}

func contendPrometheusFloat() *Contender {
	c := newPrometheus()
	return contend(Peer, Prometheus, func(_, n int) {
		for range n {
			c.Add(0.5)
		}
	}, summed(func() float64 { return readPrometheus(c) }))
}

func contendVictoriaFloat() *Contender {
	c := metrics.NewSet().NewFloatCounter("peers_sum")
	return contend(Peer, Victoria, func(_, n int) {
		for range n {
			c.Add(0.5)
		}
	}, summed(c.Get))
}
