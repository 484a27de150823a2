package peers

import (
	"slices"

	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
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

// Names of rows in C, of module cref, where they can be had.
const (
	CAdd       = "C rseq add"
	CAddCalled = "C rseq add (called)"
)

// CounterTargets are what Counter is meant to achieve, as ratios of rows.
func CounterTargets(h Host) []Target {
	return slices.Concat(
		[]Target{{"Counter.Add / plain increment, not inlined", cost, row{PercpuRseq, 1}, row{Plain, 1}, atMost(h.plainBound())}},
		costTargets("Counter.Add / atomic.Int64", AtomicInt64, sides{1, 0.25}, sides{1.3, 0.35}),
		[]Target{
			{"Counter.Add / C's section, called", cost, row{PercpuRseq, 1}, row{CAddCalled, 1}, Bound{}},
			{"C's section, called / plain increment, not inlined", cost, row{CAddCalled, 1}, row{Plain, 1}, Bound{}},
			{"throughput: Counter / procPin+atomic", throughput, row{PercpuRseq, 2}, row{ProcPinAdd, 2}, atLeast(1.5)},
			{"throughput: Counter / xsync.Counter", throughput, row{PercpuRseq, 2}, row{XsyncCounter, 2}, atLeast(5)},
			{"Counter.Add, 2 threads / 1 thread", cost, row{PercpuRseq, 2}, row{PercpuRseq, 1}, atMost(1.15)},
			{"atomic backend / procPin+atomic", cost, row{PercpuAtomic, 1}, row{ProcPinAdd, 1}, atMost(1)},
			{"atomic backend / procPin+atomic", cost, row{PercpuAtomic, 2}, row{ProcPinAdd, 2}, atMost(1)},
		})
}

// plainBound is what an addition may cost, in plain increments: less where a
// section needs no more than cpu_id and areas are our own.
func (h Host) plainBound() float64 {
	if h.rseq != nil && h.rseq.Info().Index == rseqbackend.IndexCPUID && h.rseq.Info().AreaOwner == rseqbackend.OwnerOurs {
		return 1.3
	}
	return 1.45
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
	counters := newByThreads(func() *primitives.Counter { return primitives.NewCounter(primitives.WithBackend(b.backend)) })
	return contend(Ours, b.name, func(_, n int) {
		c := counters.now
		for range n {
			c.Add(1)
		}
	}, counted(func() (sum int64) {
		for _, c := range counters.all {
			sum += c.Load()
		}
		return sum
	})).prepared(counters.prepare)
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
