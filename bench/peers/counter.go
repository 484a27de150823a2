package peers

import (
	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows.
const (
	PercpuRseq   = "percpu rseq"
	PercpuAtomic = "percpu atomic"
	Plain        = "plain"
	PlainAdd     = "plain += delta"
	AtomicInt64  = "atomic.Int64"
	ProcPinAdd   = "procPin+atomic"
	ProcPinPlain = "procPin+plain"
	XsyncCounter = "xsync.Counter"
	Prometheus   = "prometheus"
	Victoria     = "VictoriaMetrics"
	MutexFloat   = "mutex+float64"
	CASFloat     = "CAS loop"
)

// CounterTargets are what Counter is meant to achieve, as ratios of rows.
var CounterTargets = []Target{
	{"Counter.Add / plain increment, not inlined", cost, row{PercpuRseq, 1}, row{Plain, 1}, atMost(1.5)},
	{"Counter.Add / atomic.Int64, uncontended", cost, row{PercpuRseq, 1}, row{AtomicInt64, 1}, atMost(1)},
	{"throughput: Counter / shared atomic.Int64", throughput, row{PercpuRseq, 2}, row{AtomicInt64, 2}, atLeast(4)},
	{"throughput: Counter / procPin+atomic", throughput, row{PercpuRseq, 2}, row{ProcPinAdd, 2}, atLeast(1.5)},
	{"throughput: Counter / xsync.Counter", throughput, row{PercpuRseq, 2}, row{XsyncCounter, 2}, atLeast(5)},
	{"Counter.Add, 2 threads / 1 thread", cost, row{PercpuRseq, 2}, row{PercpuRseq, 1}, atMost(1.15)},
	{"atomic backend / procPin+atomic", cost, row{PercpuAtomic, 1}, row{ProcPinAdd, 1}, atMost(1)},
	{"atomic backend / procPin+atomic", cost, row{PercpuAtomic, 2}, row{ProcPinAdd, 2}, atMost(1)},
}

// Counters returns contenders that add 1 to a counter.
func Counters(h Host) (contenders []*Contender) {
	for _, b := range h.backends() {
		contenders = append(contenders, contendPercpu(b))
	}
	return append(contenders,
		contendPlain(),
		contendPlainAdd(),
		contendAtomic(),
		contendProcPin(),
		contendProcPinPlain(),
		contendXsync(),
		contendPrometheus(),
		contendVictoria(),
	)
}

func contendPercpu(b namedBackend) *Contender {
	c := primitives.NewCounter(primitives.WithBackend(b.backend))
	return contend(Ours, b.name, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, counted(c.Load))
}

func contendXsync() *Contender {
	c := xsync.NewCounter()
	return contend(Peer, XsyncCounter, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, counted(c.Value))
}

// newPrometheus returns a counter as people have it: a variable of the interface
// type.
func newPrometheus() prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: "peers_total", Help: "Operations."})
}

// contendPrometheus adds whole numbers, which that library keeps in an integer.
func contendPrometheus() *Contender {
	c := newPrometheus()
	return contend(Peer, Prometheus, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, counted(func() int64 { return int64(readPrometheus(c)) }))
}

func readPrometheus(c prometheus.Counter) float64 {
	var m dto.Metric
	if err := c.Write(&m); err != nil {
		panic(err) // only labels can be wrong, and there are none
	}
	return m.Counter.GetValue()
}

func contendVictoria() *Contender {
	c := metrics.NewSet().NewCounter("peers_total")
	return contend(Peer, Victoria, func(_, n int) {
		for range n {
			c.AddInt64(1)
		}
	}, counted(func() int64 { return int64(c.Get()) }))
}
