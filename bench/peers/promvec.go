package peers

import (
	client "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/prometheus"
)

// Names of rows of vectors by client_golang's methods: package primitives/prometheus' have
// the name of the backend, and one of these, as client_golang's have.
const (
	incWith         = ", With.Inc"
	incByValues     = ", WithLabelValues.Inc"
	observeWith     = ", With.Observe"
	observeByValues = ", WithLabelValues.Observe"
)

var promVecMethods = []string{incByValues, incWith, observeByValues, observeWith}

// promVecName names the default backend, which is what package primitives/prometheus uses.
func promVecName() string {
	if s, err := primitives.Default(); err == nil && s.Backend.Name() == "rseq" {
		return PercpuRseq
	}
	return PercpuAtomic
}

// promVecTargets are what vectors of package primitives/prometheus are meant to achieve.
func promVecTargets() (targets []Target) {
	for _, m := range promVecMethods {
		bounds := sides{0.8, 0.25}
		what := "CounterVec"
		switch m {
		case incByValues:
			bounds.one = 0.6
		case observeByValues, observeWith:
			what = "HistogramVec"
		}
		if promVecName() != PercpuRseq {
			bounds = sides{1, 0.4}
		}
		what += m + " / client_golang"
		ours := promVecName() + m
		targets = append(targets,
			Target{what, cost, row{ours, 1}, row{Prometheus + m, 1}, atMost(bounds.one)},
			Target{what, cost, row{ours, 2}, row{Prometheus + m, 2}, atMost(bounds.two)})
	}
	return targets
}

// vecLabelMaps are vecValues as With wants them.
var vecLabelMaps = func() (maps [len(vecValues)]client.Labels) {
	for i, s := range vecValues {
		maps[i] = client.Labels{vecLabels[0]: s[0], vecLabels[1]: s[1], vecLabels[2]: s[2]}
	}
	return maps
}()

// PromVecs returns contenders that look a counter or a histogram up by the values of three
// labels, and use it: package primitives/prometheus, and client_golang of which it has the
// methods.
func PromVecs(h Host) []*Contender {
	ours := promVecName()
	counters, histograms := client.CounterOpts{Name: "peers_total"}, client.HistogramOpts{Name: "peers"}
	ourCounters := func() *prometheus.CounterVec { return prometheus.NewCounterVec(counters, vecLabels) }
	theirCounters := func() *client.CounterVec { return client.NewCounterVec(counters, vecLabels) }
	ourHistograms := func() *prometheus.HistogramVec { return prometheus.NewHistogramVec(histograms, vecLabels) }
	theirHistograms := func() *client.HistogramVec { return client.NewHistogramVec(histograms, vecLabels) }
	return []*Contender{
		contendPromVec(Ours, ours+incByValues, ourCounters, func(v *prometheus.CounterVec, i int) {
			v.WithLabelValues(vecValues[i][0], vecValues[i][1], vecValues[i][2]).Inc()
		}),
		contendPromVec(Peer, Prometheus+incByValues, theirCounters, func(v *client.CounterVec, i int) {
			v.WithLabelValues(vecValues[i][0], vecValues[i][1], vecValues[i][2]).Inc()
		}),
		contendPromVec(Ours, ours+incWith, ourCounters, func(v *prometheus.CounterVec, i int) { v.With(vecLabelMaps[i]).Inc() }),
		contendPromVec(Peer, Prometheus+incWith, theirCounters, func(v *client.CounterVec, i int) { v.With(vecLabelMaps[i]).Inc() }),
		contendPromVec(Ours, ours+observeByValues, ourHistograms, func(v *prometheus.HistogramVec, i int) {
			v.WithLabelValues(vecValues[i][0], vecValues[i][1], vecValues[i][2]).Observe(varied[i])
		}),
		contendPromVec(Peer, Prometheus+observeByValues, theirHistograms, func(v *client.HistogramVec, i int) {
			v.WithLabelValues(vecValues[i][0], vecValues[i][1], vecValues[i][2]).Observe(varied[i])
		}),
		contendPromVec(Ours, ours+observeWith, ourHistograms, func(v *prometheus.HistogramVec, i int) { v.With(vecLabelMaps[i]).Observe(varied[i]) }),
		contendPromVec(Peer, Prometheus+observeWith, theirHistograms, func(v *client.HistogramVec, i int) { v.With(vecLabelMaps[i]).Observe(varied[i]) }),
	}
}

// contendPromVec returns a contender that uses the series of vecValues in turn.
func contendPromVec[V client.Collector](role Role, name string, make func() V, use func(v V, i int)) *Contender {
	vecs := newByThreads(make)
	return contend(role, name, func(_, n int) {
		v := vecs.now
		for i := range n {
			use(v, i%len(vecValues))
		}
	}, counted(func() (sum int64) {
		for _, v := range vecs.all {
			sum += collectedCount(v)
		}
		return sum
	})).prepared(vecs.prepare)
}

// collectedCount returns how often counters were incremented, or histograms observed.
func collectedCount(c client.Collector) (sum int64) {
	all := make(chan client.Metric, len(vecValues))
	c.Collect(all)
	close(all)
	for m := range all {
		var d dto.Metric
		if m.Write(&d) != nil {
			return -1
		}
		sum += int64(d.GetCounter().GetValue()) + int64(d.GetHistogram().GetSampleCount())
	}
	return sum
}
