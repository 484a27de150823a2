package prometheus

import (
	"math"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/percpu-go/percpu/primitives"
)

// TestCollect: values of package primitives look as client_golang's metrics of the same
// observations do.
func TestCollect(t *testing.T) {
	const help = "Help."
	theirs, ours := NewPedanticRegistry(), NewPedanticRegistry()
	bounds := []float64{1, 2.5, 10}
	labels := []string{"a", "b"}
	copts := func(name string) CounterOpts {
		return CounterOpts{Name: name, Help: help, ConstLabels: Labels{"z": "1"}}
	}
	hopts := func(name string) HistogramOpts {
		return HistogramOpts{Name: name, Help: help, ConstLabels: Labels{"z": "1"}, Buckets: bounds}
	}
	nopts := hopts("native")
	nopts.Buckets, nopts.NativeHistogramBucketFactor, nopts.NativeHistogramZeroThreshold = nil, 1.002, NativeHistogramZeroThresholdZero

	var c, gauge primitives.Counter
	var f primitives.FloatCounter
	var m primitives.CounterMap[string]
	h, e := primitives.NewHistogram(bounds, primitives.WithExactSnapshots()), primitives.NewExpHistogram(primitives.WithMaxBuckets(4096))
	cv, fv := primitives.NewCounterVec(labels), primitives.NewFloatCounterVec(labels)
	hv := primitives.NewHistogramVec(labels, bounds)
	ours.MustRegister(
		CollectCounter(copts("counter"), &c), CollectFloatCounter(copts("float"), &f),
		CollectGauge(GaugeOpts(copts("gauge")), &gauge), CollectFloatGauge(GaugeOpts(copts("floatgauge")), &f),
		CollectCounterMap(copts("map"), []string{"key"}, &m, nil),
		CollectHistogram(hopts("histogram"), h), CollectExpHistogram(nopts, e),
		CollectCounterVec(copts("cvec"), cv), CollectFloatCounterVec(copts("fvec"), fv),
		CollectHistogramVec(hopts("hvec"), hv),
	)
	tc, tf, tg, tfg := NewCounter(copts("counter")), NewCounter(copts("float")), NewGauge(GaugeOpts(copts("gauge"))), NewGauge(GaugeOpts(copts("floatgauge")))
	tm := NewCounterVec(copts("map"), []string{"key"})
	th, te := NewHistogram(hopts("histogram")), NewHistogram(nopts)
	tcv, tfv, thv := NewCounterVec(copts("cvec"), labels), NewCounterVec(copts("fvec"), labels), NewHistogramVec(hopts("hvec"), labels)
	theirs.MustRegister(tc, tf, tg, tfg, tm, th, te, tcv, tfv, thv)

	c.Add(math.MaxInt64)
	c.Add(2) // more than an int64 has
	tc.Add(1 << 63)
	tc.Add(1)
	gauge.Add(-5)
	tg.Set(-5)
	for i, key := range []string{"x", "y", "", "a\"\n\\ü"} {
		x := float64(i) * 2.25
		f.Add(x)
		tf.Add(x)
		tfg.Add(x)
		m.Add(key, int64(i))
		tm.WithLabelValues(key).Add(float64(i))
		for _, v := range []float64{x, -x} {
			h.Observe(v)
			th.Observe(v)
			e.Observe(v)
			te.Observe(v)
			hv.With(key, "b").Observe(v)
			thv.WithLabelValues(key, "b").Observe(v)
		}
		cv.With("a", key).Inc()
		tcv.WithLabelValues("a", key).Inc()
		fv.With("a", key).Add(x)
		tfv.WithLabelValues("a", key).Add(x)
	}
	want, _ := gather(t, theirs)
	got, _ := gather(t, ours)
	for _, family := range want { // ours can't know when they were made
		for _, metric := range family.Metric {
			if metric.Counter != nil {
				metric.Counter.CreatedTimestamp = nil
			}
			if metric.Histogram != nil {
				metric.Histogram.CreatedTimestamp = nil
			}
		}
	}
	for _, format := range formats {
		if w, g := encode(t, want, format), encode(t, got, format); w != g {
			t.Errorf("%s: want\n%s\ngot\n%s", format, w, g)
		}
	}
}

// TestCollectWrong: what can't be shown fails the scrape with a reason, as with
// client_golang.
// TestCollectWide: buckets wider than Prometheus' widest are seen by their bounds.
func TestCollectWide(t *testing.T) {
	for n, want := range map[int][]int32{
		2:  {0, 65},             // 2^2048 is no less than an infinity
		64: {-32, 2, 2, 64, 65}, // at scale -5
	} {
		e := primitives.NewExpHistogram(primitives.WithMaxBuckets(n), primitives.WithMaxScale(-5))
		for _, v := range []float64{1e-160, 3, 3, 0x1p1023, math.Inf(1)} {
			e.Observe(v)
		}
		ch := make(chan Metric, 1)
		CollectExpHistogram(HistogramOpts{Name: "h", Help: "h"}, e).Collect(ch)
		var pb dto.Metric
		if err := (<-ch).Write(&pb); err != nil {
			t.Fatal(err)
		}
		var got []int32
		index, next, count := int32(0), 0, int64(0)
		for _, span := range pb.Histogram.PositiveSpan {
			index += span.GetOffset()
			for range span.GetLength() {
				count += pb.Histogram.PositiveDelta[next]
				for range count {
					got = append(got, index)
				}
				next++
				index++
			}
		}
		if n == 2 {
			got = slices.Compact(got)
		}
		if schema := pb.Histogram.GetSchema(); schema != -4 || !slices.Equal(got, want) {
			t.Errorf("%d buckets: schema %d, counted in %v, want %v", n, schema, got, want)
		}
	}
}

func TestCollectWrong(t *testing.T) {
	var m primitives.CounterMap[string]
	m.Inc("\xff")
	v := primitives.NewHistogramVec([]string{"a"}, nil)
	v.With("\xff").Observe(1)
	for name, c := range map[string]Collector{
		"key":           CollectCounterMap(CounterOpts{Name: "m"}, []string{"key"}, &m, nil),
		"label":         CollectHistogramVec(HistogramOpts{Name: "h"}, v),
		"no. of values": CollectCounterMap(CounterOpts{Name: "m"}, []string{"k", "l"}, &m, nil),
	} {
		r := NewRegistry()
		r.MustRegister(c)
		if _, err := r.Gather(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a histogram with a label le")
		}
	}()
	CollectHistogram(HistogramOpts{Name: "h", ConstLabels: Labels{"le": "1"}}, primitives.NewHistogram(nil))
}

// TestStats: the library's own state is there and says which backend it is.
func TestStats(t *testing.T) {
	r := NewPedanticRegistry()
	r.MustRegister(NewStatsCollector())
	families, _ := gather(t, r)
	text := encode(t, families, expfmt.NewFormat(expfmt.TypeTextPlain))
	s := primitives.ReadStats()
	for _, line := range []string{
		`percpu_backend_info{backend="` + s.Backend + `"} 1`,
		"# TYPE percpu_registrations_total counter", "# TYPE percpu_overflows_total counter",
		"# TYPE percpu_areas gauge", "# TYPE percpu_slots gauge", "percpu_memory_refused_total 0", "percpu_unlisted_go ",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
	if strings.Count(text, "percpu_backend_rejected_info{") != len(unique(s.Rejected)) {
		t.Errorf("rejections %q in\n%s", s.Rejected, text)
	}
}
