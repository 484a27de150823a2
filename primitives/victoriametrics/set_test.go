package victoriametrics_test

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metrics"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/victoriametrics"
)

// TestWrite: what is written beside package metrics' own is what the values say, line by
// line.
func TestWrite(t *testing.T) {
	set := new(victoriametrics.Set)
	metrics.RegisterMetricsWriter(set.WritePrometheus)
	var c, g primitives.Counter
	var f, not, least primitives.FloatCounter
	var m primitives.CounterMap[string]
	h := primitives.NewHistogram([]float64{0.5, 2})
	v, fv := primitives.NewCounterVec([]string{"a", "b"}), primitives.NewFloatCounterVec([]string{"a"})
	hv := primitives.NewHistogramVec([]string{"a"}, []float64{1})
	var e primitives.ExpHistogram
	set.Counter(`c_total{x="1"}`, &c)
	set.Gauge("g", &g)
	set.FloatCounter("f_total", &f)
	set.FloatCounter("not_total", &not)
	set.FloatCounter("least_total", &least)
	victoriametrics.CounterMap(set, `m_total{x="1"}`, "key", &m)
	set.Histogram(`h{x="1"}`, h)
	set.CounterVec("v_total", v)
	set.FloatCounterVec("fv_total", fv)
	set.HistogramVec("hv", hv)
	set.ExpHistogram("e", &e)
	set.Stats()
	c.Add(7)
	g.Add(-3)
	f.Add(0.25)
	m.Inc("a\"\n\\")
	v.With("1", "2").Inc()
	fv.With("\xff").Add(1e100)
	for _, x := range []float64{0, 1, 1.5, 4} {
		h.Observe(x)
		hv.With("y").Observe(x)
		e.Observe(x)
		e.Observe(-x)
	}
	e.Observe(math.Inf(1))
	not.Add(math.NaN())
	least.Add(math.Inf(-1))
	var b bytes.Buffer
	metrics.WritePrometheus(&b, false)
	for line := range strings.Lines(b.String()) {
		if value := strings.TrimSpace(line[strings.LastIndexByte(line, ' ')+1:]); !strings.HasPrefix(line, "#") {
			if _, err := strconv.ParseFloat(value, 64); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	for _, line := range []string{
		`c_total{x="1"} 7`, "g -3", "f_total 0.25", "not_total NaN", "least_total -Inf", `m_total{x="1",key="a\"\n\\"} 1`,
		`h_bucket{x="1",le="0.5"} 1`, `h_bucket{x="1",le="2"} 3`, `h_bucket{x="1",le="+Inf"} 4`, `h_sum{x="1"} 6.5`, `h_count{x="1"} 4`,
		`v_total{a="1",b="2"} 1`, "fv_total{a=\"\uFFFD\"} 1e+100", `hv_bucket{a="y",le="1"} 2`, `hv_count{a="y"} 4`,
		`e_bucket{le="0"} 5`, `e_bucket{le="1"} 6`, `e_bucket{le="+Inf"} 9`, "e_count 9", "e_sum +Inf",
		`percpu_backend_info{backend="` + primitives.ReadStats().Backend + `"} 1`, "percpu_memory_refused_total 0",
	} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("no %s in\n%s", line, &b)
		}
	}
}

// TestNames: a name that is wrong or there already is refused.
func TestNames(t *testing.T) {
	set := new(victoriametrics.Set)
	set.Counter("a", new(primitives.Counter))
	for _, name := range []string{"a", "", "0", "a{", `a{b="c}`, "a b", "a\nb 1"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken", name)
				}
			}()
			set.Gauge(name, new(primitives.Counter))
		}()
	}
}

// TestBucketLabel: a label that the buckets have would be written twice, so it is refused,
// and one that only looks like it is not.
func TestBucketLabel(t *testing.T) {
	set := new(victoriametrics.Set)
	h, e := primitives.NewHistogram([]float64{1}), new(primitives.ExpHistogram)
	for what, add := range map[string]func(){
		"HistogramVec":      func() { set.HistogramVec("a", primitives.NewHistogramVec([]string{"x", "le"}, []float64{1})) },
		"HistogramVec name": func() { set.HistogramVec(`a{le="1"}`, primitives.NewHistogramVec([]string{"x"}, []float64{1})) },
		"Histogram":         func() { set.Histogram(`b{x="1",le="2"}`, h) },
		"after a space":     func() { set.Histogram(`b{x="\\", le="2"}`, h) },
		"ExpHistogram":      func() { set.ExpHistogram(`c{le="1"}`, e) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: a label le was taken", what)
				}
			}()
			add()
		}()
	}
	set.HistogramVec(`a{file="1",x="le="}`, primitives.NewHistogramVec([]string{"rule"}, []float64{1}))
	set.Histogram(`b{x="\",le=\"y"}`, h)
	set.Counter(`d{le="1"}`, new(primitives.Counter))
}
