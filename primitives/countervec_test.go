package primitives_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func TestCounterVec(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		v := primitives.NewCounterVec([]string{"path", "code"}, opt)
		v.With("/", "200").Add(2)
		v.With("/", "404").Inc()
		v.With("/2", "00").Inc()
		if v.With("/", "200") != v.With(strings.Clone("/"), "200") {
			t.Error("two Counters for the same values")
		}
		got := make(map[string]int64)
		v.Range(func(values []string, c *primitives.Counter) bool {
			got[strings.Join(values, "|")] = c.Load()
			return true
		})
		if want := "map[/2|00:1 /|200:2 /|404:1]"; fmt.Sprint(got) != want || v.Len() != 3 {
			t.Errorf("%v, Len %d, want %s", got, v.Len(), want)
		}
		old := v.With("/", "200")
		if !v.Delete("/", "200") || v.Delete("/", "200") || v.Len() != 2 {
			t.Error("Delete")
		}
		old.Inc()
		if n := v.With("/", "200").Load(); n != 0 {
			t.Errorf("a new series is at %d", n)
		}
		if v.Overflow() != nil || v.Dropped() != 0 || !slices.Equal(v.Labels(), []string{"path", "code"}) {
			t.Error("Overflow, Dropped or Labels")
		}
	})
}

// TestVecMaxKeys: what is beyond the bound shares a Counter, what is there is found
// all the same, and Delete makes room.
func TestVecMaxKeys(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		v := primitives.NewCounterVec([]string{"l"}, opt, primitives.WithMaxKeys(2))
		a, b := v.With("a"), v.With("b")
		c := v.With("c")
		if c != v.With("d") || c != v.Overflow() || v.Dropped() != 2 || v.Len() != 2 || v.With("a") != a || v.With("b") != b {
			t.Errorf("%d series, %d dropped", v.Len(), v.Dropped())
		}
		c.Inc()
		if !v.Delete("a") || v.With("c") == c || v.Len() != 2 || v.Overflow().Load() != 1 {
			t.Error("Delete made no room, or the overflow has lost something")
		}
		if v.With("a") != c {
			t.Error("more than the bound")
		}
	})
}

func TestVecMisuse(t *testing.T) {
	v := primitives.NewCounterVec([]string{"a", "b"})
	v.With("1", "2")
	for want, f := range map[string]func(){
		"percpu: CounterVec.With: 1 values for 2 labels":      func() { v.With("1") },
		"percpu: CounterVec.With: 3 values for 2 labels":      func() { v.With("1", "2", "3") },
		"percpu: CounterVec.Delete: 0 values for 2 labels":    func() { v.Delete() },
		"percpu: HistogramVec.With: 0 values for 1 labels":    func() { primitives.NewHistogramVec([]string{"a"}, nil).With() },
		"percpu: FloatCounterVec.With: 2 values for 1 labels": func() { primitives.NewFloatCounterVec([]string{"a"}).With("1", "2") },
		"percpu: vector.With: 1 values for 0 labels":          func() { new(primitives.CounterVec).With("1") },
		`percpu: NewCounterVec: label "a" twice`:              func() { primitives.NewCounterVec([]string{"a", "b", "a"}) },
	} {
		if got := fmt.Sprint(panics(f)); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
	if v.Len() != 1 {
		t.Errorf("%d series", v.Len())
	}
}

// TestVecZeroValue: without labels there is one series.
func TestVecZeroValue(t *testing.T) {
	var c primitives.CounterVec
	var f primitives.FloatCounterVec
	var h primitives.HistogramVec
	if c.Delete() {
		t.Error("there was something to delete")
	}
	c.With().Inc()
	f.With().Add(0.5)
	h.With().Observe(1)
	var s primitives.HistogramSnapshot
	h.With().Snapshot(&s)
	if c.With().Load() != 1 || f.With().Load() != 0.5 || s.Count != 1 || c.Len() != 1 || f.Len() != 1 || h.Len() != 1 {
		t.Error("not counted")
	}
}

func TestHistogramVec(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		v := primitives.NewHistogramVec([]string{"l"}, []float64{1, 2}, opt, primitives.WithExactSnapshots(), primitives.WithMaxKeys(1))
		v.With("a").Observe(1.5)
		v.With("b").Observe(2.5)
		var s primitives.HistogramSnapshot
		v.Range(func(values []string, h *primitives.Histogram) bool {
			h.Snapshot(&s)
			return true
		})
		if !slices.Equal(s.Buckets, []uint64{0, 1, 0}) || !slices.Equal(v.Bounds(), []float64{1, 2}) || v.Len() != 1 {
			t.Errorf("%+v, bounds %v", s, v.Bounds())
		}
		v.Overflow().Snapshot(&s)
		if !slices.Equal(s.Buckets, []uint64{0, 0, 1}) || v.Dropped() != 1 || !slices.Equal(v.Labels(), []string{"l"}) {
			t.Errorf("overflow %+v, %d dropped", s, v.Dropped())
		}
		if !v.Delete("a") || v.Len() != 0 {
			t.Error("Delete")
		}
	})
}

func TestFloatCounterVec(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		v := primitives.NewFloatCounterVec([]string{"l"}, opt, primitives.WithMaxKeys(1))
		v.With("a").Add(0.5)
		v.With("b").Add(0.25)
		v.Range(func(values []string, f *primitives.FloatCounter) bool {
			if values[0] != "a" || f.Load() != 0.5 {
				t.Errorf("%v: %v", values, f.Load())
			}
			return true
		})
		if v.Overflow().Load() != 0.25 || v.Dropped() != 1 || v.Len() != 1 || !slices.Equal(v.Labels(), []string{"l"}) || !v.Delete("a") {
			t.Error("Overflow, Dropped, Len, Labels or Delete")
		}
	})
}

// TestVecWithDoesNotAllocate: not for a series that is there.
func TestVecWithDoesNotAllocate(t *testing.T) {
	v := primitives.NewCounterVec([]string{"a", "b", "c"})
	v.With("1", "2", "3")
	values := []string{strings.Repeat("1", 1), "2", "3"}
	if n := testing.AllocsPerRun(100, func() { v.With(values[0], values[1], values[2]).Inc() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestVecTogether: goroutines make, use and delete the same series. What is added
// through a handle that was kept is in it, and there are never two series of the same
// values.
func TestVecTogether(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		v := primitives.NewCounterVec([]string{"l", "m"}, opt, primitives.WithMaxKeys(100))
		const goroutines, each = 8, 500
		var wait sync.WaitGroup
		for range goroutines {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for i := range each {
					v.With("kept", fmt.Sprint(i%50)).Inc()
					v.With("gone", fmt.Sprint(i%20)).Inc()
					v.Delete("gone", fmt.Sprint(i%20))
				}
			}()
		}
		wait.Wait()
		sum, n := int64(0), 0
		v.Range(func(values []string, c *primitives.Counter) bool {
			if values[0] == "kept" {
				sum += c.Load()
				n++
			}
			return true
		})
		if sum != goroutines*each || n != 50 || v.Dropped() != 0 {
			t.Errorf("%d in %d series, want %d in 50; %d dropped", sum, n, goroutines*each, v.Dropped())
		}
		for i := range 20 {
			v.Delete("gone", fmt.Sprint(i))
		}
		if v.Len() != 50 {
			t.Errorf("Len %d", v.Len())
		}
	})
}
