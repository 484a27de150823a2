package otel_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/otel"
)

const scope = "test"

// collected returns all metrics of a scope, by name.
func collected(t *testing.T, r sdk.Reader) map[string]metricdata.Metrics {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := r.Collect(context.Background(), &rm); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]metricdata.Metrics)
	for _, s := range rm.ScopeMetrics {
		if s.Scope.Name != scope {
			t.Errorf("scope %q", s.Scope.Name)
		}
		for _, m := range s.Metrics {
			all[m.Name] = m
		}
	}
	return all
}

// TestLikeSDK: what a Reader gets of values is what it gets of the SDK's instruments that
// have recorded the same.
func TestLikeSDK(t *testing.T) {
	bounds := []float64{-2, 0, 0.5, 3}
	labels := []string{"path", "code"}
	key := attribute.String("k", "v")

	theirs := sdk.NewManualReader()
	exponential := sdk.NewView(sdk.Instrument{Name: "exp*"}, sdk.Stream{Aggregation: sdk.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 8}})
	m := sdk.NewMeterProvider(sdk.WithReader(theirs), sdk.WithView(exponential)).Meter(scope)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, with := context.Background(), metric.WithAttributes(key)
	tc, err := m.Int64Counter("counter", metric.WithDescription("D"), metric.WithUnit("{x}"))
	must(err)
	tu, err := m.Int64UpDownCounter("updown")
	must(err)
	tf, err := m.Float64Counter("float")
	must(err)
	tm, err := m.Int64Counter("map")
	must(err)
	tv, err := m.Int64Counter("vec")
	must(err)
	tfv, err := m.Float64Counter("fvec")
	must(err)
	tmax, err := m.Float64Gauge("max", metric.WithDescription("D"))
	must(err)
	tmin, err := m.Float64Gauge("min")
	must(err)
	th, err := m.Float64Histogram("histogram", metric.WithDescription("D"), metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(bounds...))
	must(err)
	thv, err := m.Float64Histogram("hvec", metric.WithExplicitBucketBoundaries(bounds...))
	must(err)
	te, err := m.Float64Histogram("exp")
	must(err)
	tpos, err := m.Float64Histogram("exppositive")
	must(err)

	producer := otel.NewProducer(scope)
	ours := sdk.NewManualReader(sdk.WithProducer(producer))
	m = sdk.NewMeterProvider(sdk.WithReader(ours)).Meter(scope)
	var c, u primitives.Counter
	var f primitives.FloatCounter
	var cm primitives.CounterMap[string]
	cv, fv := primitives.NewCounterVec(labels), primitives.NewFloatCounterVec(labels)
	h, hv := primitives.NewHistogram(bounds), primitives.NewHistogramVec(labels, bounds)
	var e, pos primitives.ExpHistogram
	must(otel.ObserveCounter(m, "counter", &c, []attribute.KeyValue{key}, metric.WithDescription("D"), metric.WithUnit("{x}")))
	must(otel.ObserveUpDownCounter(m, "updown", &u, nil))
	must(otel.ObserveFloatCounter(m, "float", &f, nil))
	must(otel.ObserveCounterMap(m, "map", &cm, nil))
	must(otel.ObserveCounterVec(m, "vec", cv))
	must(otel.ObserveFloatCounterVec(m, "fvec", fv))
	var largest primitives.Max
	var smallest primitives.Min
	must(otel.ObserveMax(m, "max", &largest, []attribute.KeyValue{key}, metric.WithDescription("D")))
	must(otel.ObserveMin(m, "min", &smallest, nil))
	low, high := math.Inf(1), math.Inf(-1)
	least := func() (float64, bool) { return low, low <= high }
	most := func() (float64, bool) { return high, low <= high }
	producer.Histogram(otel.Instrument{Name: "histogram", Description: "D", Unit: "s", Attributes: []attribute.KeyValue{key}, Min: least, Max: most}, h)
	producer.HistogramVec(otel.Instrument{Name: "hvec"}, hv)
	producer.ExpHistogram(otel.Instrument{Name: "exp", Min: least, Max: most}, &e)
	producer.ExpHistogram(otel.Instrument{Name: "exppositive"}, &pos)

	rnd := rand.New(rand.NewPCG(1, 2)) // of multiples of a power of two, so that sums are exact however they are grouped
	for i := range 500 {
		x := float64(rnd.IntN(4000)-1000) / 256
		low, high = min(low, x), max(high, x)
		path := attribute.String("path", []string{"a", "b"}[i%2])
		code := attribute.String("code", []string{"200", "404", "500"}[i%3])
		c.Inc()
		tc.Add(ctx, 1, with)
		u.Add(int64(i%7) - 3)
		tu.Add(ctx, int64(i%7)-3)
		f.Add(math.Abs(x))
		tf.Add(ctx, math.Abs(x))
		cm.Inc(path.Value.AsString())
		tm.Add(ctx, 1, metric.WithAttributes(attribute.String("key", path.Value.AsString())))
		cv.With(path.Value.AsString(), code.Value.AsString()).Inc()
		tv.Add(ctx, 1, metric.WithAttributes(path, code))
		fv.With(path.Value.AsString(), code.Value.AsString()).Add(0.5)
		tfv.Add(ctx, 0.5, metric.WithAttributes(path, code))
		h.Observe(x)
		th.Record(ctx, x, with)
		hv.With(path.Value.AsString(), code.Value.AsString()).Observe(x)
		thv.Record(ctx, x, metric.WithAttributes(path, code))
		e.Observe(x)
		te.Record(ctx, x)
		pos.Observe(2 + math.Abs(x)/8)
		tpos.Record(ctx, 2+math.Abs(x)/8)
	}
	for _, x := range []float64{low, high} {
		largest.Observe(x)
		smallest.Observe(x)
	}
	tmax.Record(ctx, high, with)
	tmin.Record(ctx, low)
	want, got := collected(t, theirs), collected(t, ours)
	if len(want) != 12 || len(got) != 12 {
		t.Errorf("%d metrics, want %d", len(got), len(want))
	}
	for name, w := range want {
		opts := []metricdatatest.Option{metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars()}
		g := got[name]
		if name == "hvec" || name == "exppositive" { // of which nobody keeps them
			w.Data = withoutExtrema(w.Data)
		}
		metricdatatest.AssertEqual(t, trimmed(w), trimmed(g), opts...)
	}
}

// TestNothingSeen: a Max and a Min that have seen nothing show nothing, also after a Reset.
func TestNothingSeen(t *testing.T) {
	r := sdk.NewManualReader()
	m := sdk.NewMeterProvider(sdk.WithReader(r)).Meter(scope)
	var largest primitives.Max
	var smallest primitives.Min
	for _, err := range []error{otel.ObserveMax(m, "max", &largest, nil), otel.ObserveMin(m, "min", &smallest, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{0, 2, 0} {
		if want > 0 {
			largest.Observe(1)
			smallest.Observe(1)
		}
		if got := collected(t, r); len(got) != want {
			t.Errorf("%d metrics, want %d", len(got), want)
		}
		largest.Reset()
		smallest.Reset()
	}
}

func withoutExtrema(data metricdata.Aggregation) metricdata.Aggregation {
	var none metricdata.Extrema[float64]
	switch d := data.(type) {
	case metricdata.Histogram[float64]:
		for i := range d.DataPoints {
			d.DataPoints[i].Min, d.DataPoints[i].Max = none, none
		}
	case metricdata.ExponentialHistogram[float64]:
		for i := range d.DataPoints {
			d.DataPoints[i].Min, d.DataPoints[i].Max = none, none
		}
	}
	return data
}

// trimmed cuts empty buckets at the ends off, of which the SDK may have some.
func trimmed(m metricdata.Metrics) metricdata.Metrics {
	d, ok := m.Data.(metricdata.ExponentialHistogram[float64])
	if !ok {
		return m
	}
	for i := range d.DataPoints {
		for _, b := range []*metricdata.ExponentialBucket{&d.DataPoints[i].PositiveBucket, &d.DataPoints[i].NegativeBucket} {
			for len(b.Counts) > 0 && b.Counts[len(b.Counts)-1] == 0 {
				b.Counts = b.Counts[:len(b.Counts)-1]
			}
			for len(b.Counts) > 0 && b.Counts[0] == 0 {
				b.Counts, b.Offset = b.Counts[1:], b.Offset+1
			}
			if len(b.Counts) == 0 {
				b.Counts, b.Offset = nil, 0
			}
		}
	}
	return m
}

// TestStats: the library's own state is there.
func TestStats(t *testing.T) {
	r := sdk.NewManualReader()
	m := sdk.NewMeterProvider(sdk.WithReader(r)).Meter(scope)
	if err := otel.ObserveStats(m); err != nil {
		t.Fatal(err)
	}
	got := collected(t, r)
	s := primitives.ReadStats()
	backend, ok := got["percpu.backend"].Data.(metricdata.Gauge[int64])
	if !ok || len(backend.DataPoints) != 1 || backend.DataPoints[0].Attributes.Encoded(attribute.DefaultEncoder()) != "backend="+s.Backend {
		t.Errorf("%+v", got["percpu.backend"])
	}
	slots, ok := got["percpu.slots"].Data.(metricdata.Gauge[int64])
	if !ok || slots.DataPoints[0].Value != int64(s.Slots) {
		t.Errorf("%+v", got["percpu.slots"])
	}
	if _, ok := got["percpu.registrations"].Data.(metricdata.Sum[int64]); !ok {
		t.Errorf("%+v", got)
	}
}

// TestNameTwice: two histograms of one name are a mistake.
func TestNameTwice(t *testing.T) {
	p := otel.NewProducer(scope)
	p.Histogram(otel.Instrument{Name: "x"}, primitives.NewHistogram(nil))
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	p.ExpHistogram(otel.Instrument{Name: "x"}, new(primitives.ExpHistogram))
}

// TestAnyBytes: keys and labels' values that are not UTF-8 become it.
func TestAnyBytes(t *testing.T) {
	r := sdk.NewManualReader()
	m := sdk.NewMeterProvider(sdk.WithReader(r)).Meter(scope)
	v := primitives.NewCounterVec([]string{"label"})
	var c primitives.CounterMap[string]
	if err := errors.Join(otel.ObserveCounterVec(m, "vec", v), otel.ObserveCounterMap(m, "map", &c, nil)); err != nil {
		t.Fatal(err)
	}
	v.With("a\xff").Inc()
	c.Inc("a\xff")
	for name, metrics := range collected(t, r) {
		for _, point := range metrics.Data.(metricdata.Sum[int64]).DataPoints {
			if value := point.Attributes.ToSlice()[0].Value.AsString(); value != "a\uFFFD" {
				t.Errorf("%s: %q", name, value)
			}
		}
	}
}
