package prometheus

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	client "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/percpu-go/percpu/primitives"
)

func valueOf(t testing.TB, m Metric) float64 {
	t.Helper()
	var pb dto.Metric
	if err := m.Write(&pb); err != nil {
		t.Fatal(err)
	}
	return pb.Counter.GetValue()
}

// TestDeletedIsNotFound: what With returns after a Delete has returned is not what was
// deleted, whoever looked it up meanwhile.
func TestDeletedIsNotFound(t *testing.T) {
	v := NewCounterVec(CounterOpts{Name: "c"}, []string{"a", "b"})
	var done sync.WaitGroup
	var stop atomic.Bool
	for range 3 {
		done.Add(1)
		go func() {
			defer done.Done()
			for !stop.Load() {
				v.WithLabelValues("x", "y").Inc()
			}
		}()
	}
	delete := []func(){
		func() { v.Delete(Labels{"a": "x", "b": "y"}) },
		func() { v.DeleteLabelValues("x", "y") },
		func() { v.DeletePartialMatch(Labels{"b": "y"}) },
		func() { v.MustCurryWith(Labels{"a": "x"}).DeleteLabelValues("y") },
		v.Reset,
	}
	for i := range 3000 {
		before := v.WithLabelValues("x", "y")
		delete[i%len(delete)]()
		if after := v.WithLabelValues("x", "y"); after == before {
			t.Fatalf("round %d: it was found after it was deleted", i)
		}
	}
	stop.Store(true)
	done.Wait()
}

// TestEveryAddition: additions by all ways to a child are seen, those of views included,
// beside deletions of others.
func TestEveryAddition(t *testing.T) {
	v := NewCounterVec(CounterOpts{Name: "c"}, []string{"a", "b"})
	curried, view := v.MustCurryWith(Labels{"b": "y"}), v.Client()
	const workers, each = 4, 2000
	var done sync.WaitGroup
	for w := range workers {
		done.Add(1)
		go func() {
			defer done.Done()
			for i := range each {
				v.WithLabelValues("x", "y").Inc()
				v.With(Labels{"b": "y", "a": "x"}).Inc()
				curried.WithLabelValues("x").Inc()
				view.WithLabelValues("x", "y").Inc()
				if i%50 == 0 {
					other := fmt.Sprint(w)
					v.WithLabelValues(other, "z").Inc()
					if !v.DeleteLabelValues(other, "z") {
						t.Error("nothing to delete")
					}
				}
			}
		}()
	}
	done.Wait()
	if got := valueOf(t, v.WithLabelValues("x", "y")); got != 4*workers*each {
		t.Errorf("%v, want %d", got, 4*workers*each)
	}
	if n := len(collect(v)); n != 1 {
		t.Errorf("%d children, want 1", n)
	}
}

func collect(c Collector) (all []Metric) {
	ch := make(chan Metric, 1000)
	c.Collect(ch)
	close(ch)
	for m := range ch {
		all = append(all, m)
	}
	return all
}

// TestView: a view of constrained and curried labels finds the same children, and forgets
// what was deleted.
func TestView(t *testing.T) {
	mark := func(s string) string { return "<" + s + ">" }
	v := V2.NewCounterVec(CounterVecOpts{CounterOpts: CounterOpts{Name: "c"}, VariableLabels: ConstrainedLabels{{Name: "a", Constraint: mark}, {Name: "b", Constraint: mark}, {Name: "c"}}})
	part := v.MustCurryWith(Labels{"b": "2"})
	var view *client.CounterVec = part.Client()
	view.WithLabelValues("1", "3").Inc()
	view.With(Labels{"a": "1", "c": "3"}).Inc()
	c := v.WithLabelValues("1", "2", "3")
	if got := valueOf(t, c); got != 2 {
		t.Errorf("%v, want 2", got)
	}
	if v.Delete(Labels{"a": "1", "b": "2"}) || !v.Delete(Labels{"a": "1", "b": "2", "c": "3"}) {
		t.Error("deleted the wrong one")
	}
	view.WithLabelValues("1", "3").Inc()
	if got := valueOf(t, v.WithLabelValues("1", "2", "3")); got != 1 {
		t.Errorf("%v after it was deleted, want 1", got)
	}
	var hv *client.HistogramVec = NewHistogramVec(HistogramOpts{Name: "h"}, []string{"a"}).Client()
	hv.WithLabelValues("x").Observe(1)
}

// TestErrors: what is wrong is told as client_golang tells it.
func TestErrors(t *testing.T) {
	names := []string{"a", "b"}
	a, b := client.NewCounterVec(CounterOpts{Name: "c"}, names), NewCounterVec(CounterOpts{Name: "c"}, names)
	b.WithLabelValues("1", "2")
	for _, values := range [][]string{nil, {"1"}, {"1", "2", "3"}, {"1", "\xff"}} {
		_, want := a.GetMetricWithLabelValues(values...)
		c, err := b.GetMetricWithLabelValues(values...)
		if err == nil || err.Error() != want.Error() || c != nil {
			t.Errorf("%q: %v and %v, want %v", values, c, err, want)
		}
	}
	for _, labels := range []Labels{nil, {"a": "1"}, {"a": "1", "x": "2"}, {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "\xff"}} {
		_, want := a.GetMetricWith(labels)
		c, err := b.GetMetricWith(labels)
		if err == nil || err.Error() != want.Error() || c != nil {
			t.Errorf("%q: %v and %v, want %v", labels, c, err, want)
		}
	}
	_, want := a.MustCurryWith(Labels{"a": "1"}).CurryWith(Labels{"a": "1"})
	if v, err := b.MustCurryWith(Labels{"a": "1"}).CurryWith(Labels{"a": "1"}); err == nil || err.Error() != want.Error() || v != nil {
		t.Errorf("curried twice: %v and %v, want %v", v, err, want)
	}
	if len(collect(b)) != 1 {
		t.Error("an error made a child")
	}
}

// TestWithAllocatesNothing: a look-up of what is there is free of allocations.
func TestWithAllocatesNothing(t *testing.T) {
	if _, err := primitives.Default(); err != nil {
		t.Fatal(err)
	}
	v := NewCounterVec(CounterOpts{Name: "c"}, []string{"a", "b", "c"})
	part := v.MustCurryWith(Labels{"b": "y"})
	labels := Labels{"a": "x", "b": "y", "c": "z"}
	v.With(labels).Inc()
	for name, f := range map[string]func(){
		"WithLabelValues": func() { v.WithLabelValues("x", "y", "z").Inc() },
		"curried":         func() { part.WithLabelValues("x", "z").Inc() },
		"With":            func() { v.With(labels).Inc() },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
