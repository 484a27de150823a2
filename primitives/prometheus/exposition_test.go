package prometheus

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	client "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// side is the constructors of client_golang or ours.
type side struct {
	counter      func(CounterOpts) Counter
	counterVec   func(CounterOpts, []string) counterVec
	histogram    func(HistogramOpts) Histogram
	histogramVec func(HistogramOpts, []string) ObserverVec
}

type counterVec interface {
	Collector
	With(Labels) Counter
	WithLabelValues(...string) Counter
	Delete(Labels) bool
}

var (
	theirs = side{
		client.NewCounter,
		func(o CounterOpts, l []string) counterVec { return client.NewCounterVec(o, l) },
		client.NewHistogram,
		func(o HistogramOpts, l []string) ObserverVec { return client.NewHistogramVec(o, l) },
	}
	ours = side{
		NewCounter,
		func(o CounterOpts, l []string) counterVec { return NewCounterVec(o, l) },
		NewHistogram,
		func(o HistogramOpts, l []string) ObserverVec { return NewHistogramVec(o, l) },
	}
)

// fill makes metrics of every kind and lets them see the same things. Numbers that are not
// whole are of few bits, so that their sum is the same in any order.
func (s side) fill(r *Registry, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	number := func() float64 { return float64(rnd.IntN(4000)) / 256 }
	c := s.counter(CounterOpts{Name: "plain_total", Help: "A counter\nwith \\ a help.", ConstLabels: Labels{"z": "1", "a": "\"é\n"}})
	r.MustRegister(c)
	zero := s.counter(CounterOpts{Namespace: "n", Subsystem: "s", Name: "zero_total"})
	r.MustRegister(zero)
	for range rnd.IntN(1000) {
		c.Inc()
		c.Add(number())
	}
	c.(ExemplarAdder).AddWithExemplar(0.5, Labels{"trace": "0123"})
	big := s.counter(CounterOpts{Name: "big_total"})
	r.MustRegister(big)
	big.Add(math.MaxUint64)
	big.Add(1 << 63)
	big.Add(0x1p80)
	inf := s.counter(CounterOpts{Name: "inf_total"})
	r.MustRegister(inf)
	inf.Add(math.Inf(1))
	inf.Inc()

	vec := s.counterVec(CounterOpts{Name: "vec_total", Help: "By path and code.", ConstLabels: Labels{"m": "x"}}, []string{"path", "code"})
	r.MustRegister(vec)
	for range 300 {
		path, code := fmt.Sprintf("/%d", rnd.IntN(5)), fmt.Sprint(200+rnd.IntN(3))
		if rnd.IntN(2) == 0 {
			vec.WithLabelValues(path, code).Add(number())
		} else {
			vec.With(Labels{"code": code, "path": path}).Inc()
		}
		if rnd.IntN(40) == 0 {
			vec.Delete(Labels{"code": code, "path": path})
		}
	}

	for i, buckets := range [][]float64{nil, {1}, {-5, 0, 2.5, 10, math.Inf(1)}, LinearBuckets(0, 1, 60)} {
		h := s.histogram(HistogramOpts{Name: fmt.Sprint("classic_", i), Help: "Classic.", Buckets: buckets})
		r.MustRegister(h)
		for range rnd.IntN(200) {
			h.Observe(number() - 4)
		}
		for range i * 3 {
			h.(ExemplarObserver).ObserveWithExemplar(number()-2, Labels{"trace": fmt.Sprint(rnd.IntN(100))})
		}
		if i == 1 {
			h.Observe(math.Inf(1))
		}
		if i == 3 {
			h.Observe(math.NaN())
		}
	}
	hv := s.histogramVec(HistogramOpts{Name: "classic_vec", Help: "Classic.", Buckets: []float64{1, 2, 4, 8}}, []string{"code"})
	r.MustRegister(hv)
	for range 300 {
		hv.WithLabelValues(fmt.Sprint(rnd.IntN(4))).Observe(number())
	}

	for i, opts := range []HistogramOpts{
		{NativeHistogramBucketFactor: 1.1},
		{NativeHistogramBucketFactor: 1.001, NativeHistogramZeroThreshold: 0.25},
		{NativeHistogramBucketFactor: 20000, NativeHistogramZeroThreshold: NativeHistogramZeroThresholdZero},
		{NativeHistogramBucketFactor: 1.5, NativeHistogramMaxBucketNumber: 7},
		{NativeHistogramBucketFactor: 1.02, NativeHistogramMaxBucketNumber: 40, NativeHistogramMaxExemplars: 2},
		// and those that are client_golang's own
		{NativeHistogramBucketFactor: 1.1, Buckets: []float64{1, 2, 3}},
		{NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 5, NativeHistogramMaxZeroThreshold: 1},
	} {
		opts.Name, opts.Help = fmt.Sprint("native_", i), "Native."
		h := s.histogram(opts)
		empty := opts
		empty.Name += "_empty"
		r.MustRegister(h, s.histogram(empty))
		for range rnd.IntN(500) {
			x := number() - 4
			switch rnd.IntN(8) {
			case 0:
				x = math.Ldexp(1, rnd.IntN(20)-10) // a bound
			case 1:
				x = 0
			}
			h.Observe(x)
		}
		if i == 0 {
			h.Observe(math.Inf(-1))
		}
		for range i {
			h.(ExemplarObserver).ObserveWithExemplar(number(), Labels{"trace": fmt.Sprint(rnd.IntN(100))})
		}
	}
}

// gather gathers with every time replaced by the same one, and says how many there were
// of a creation.
func gather(t *testing.T, g Gatherer) (families []*dto.MetricFamily, created int) {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	same := timestamppb.New(time.Unix(1700000000, 123000000))
	set := func(at **timestamppb.Timestamp) {
		if *at == nil || *at == same { // an exemplar may stand in two places
			return
		}
		if since := time.Since((*at).AsTime()); since < 0 || since > time.Hour {
			t.Errorf("a time %v ago", since)
		}
		*at = same
	}
	exemplar := func(e *dto.Exemplar) {
		if e != nil {
			set(&e.Timestamp)
		}
	}
	for _, f := range families {
		for _, m := range f.Metric {
			if c := m.Counter; c != nil {
				set(&c.CreatedTimestamp)
				created++
				exemplar(c.Exemplar)
			}
			if h := m.Histogram; h != nil {
				set(&h.CreatedTimestamp)
				created++
				for _, b := range h.Bucket {
					exemplar(b.Exemplar)
				}
				for _, e := range h.Exemplars {
					exemplar(e)
				}
			}
		}
	}
	return families, created
}

// formats are all that there are to scrape.
var formats = []expfmt.Format{
	expfmt.NewFormat(expfmt.TypeTextPlain),
	openMetrics(expfmt.OpenMetricsVersion_0_0_1),
	openMetrics(expfmt.OpenMetricsVersion_1_0_0),
	expfmt.NewFormat(expfmt.TypeProtoDelim),
	expfmt.NewFormat(expfmt.TypeProtoText),
	expfmt.NewFormat(expfmt.TypeProtoCompact),
}

func openMetrics(version string) expfmt.Format {
	f, err := expfmt.NewOpenMetricsFormat(version)
	if err != nil {
		panic(err)
	}
	return f
}

func encode(t *testing.T, families []*dto.MetricFamily, format expfmt.Format) string {
	t.Helper()
	var b bytes.Buffer
	enc := expfmt.NewEncoder(&b, format, expfmt.WithCreatedLines())
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			t.Fatal(err)
		}
	}
	if c, ok := enc.(expfmt.Closer); ok {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestExposition: what is scraped is, byte for byte, what client_golang's metrics show of
// the same observations.
func TestExposition(t *testing.T) {
	for seed := range uint64(20) {
		a, b := NewPedanticRegistry(), NewPedanticRegistry()
		theirs.fill(a, seed)
		ours.fill(b, seed)
		want, wantCreated := gather(t, a)
		got, created := gather(t, b)
		if created != wantCreated || created < 20 {
			t.Errorf("%d times of creation, want %d", created, wantCreated)
		}
		for _, f := range formats {
			w, g := encode(t, want, f), encode(t, got, f)
			if w == g {
				continue
			}
			for i, f := range want { // where, in words
				if i < len(got) && f.String() != got[i].String() {
					t.Logf("want %v\n got %v", f, got[i])
				}
			}
			t.Fatalf("seed %d, %s: differs", seed, f)
		}
	}
}
