package primitives_test

import (
	"encoding/json"
	"expvar"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

var (
	_ expvar.Var     = (*primitives.Counter)(nil)
	_ expvar.Var     = (*primitives.FloatCounter)(nil)
	_ json.Marshaler = (*primitives.FloatCounter)(nil)
	_ json.Marshaler = (*primitives.Counter)(nil)
)

// eachBackend runs f with every backend that can be had, and one by script.
func eachBackend(t *testing.T, f func(t *testing.T, opt primitives.Option)) {
	t.Helper()
	fake := backend.Candidate{Name: "fake", Open: func() (backend.Backend, error) {
		return backendtest.NewFake(backendtest.Script{Possible: []int{0, 2}, Threads: 5, MoveEvery: 3, AbortEvery: 4, FailEvery: 3})
	}}
	for _, c := range append(primitives.Candidates(), fake) {
		t.Run(c.Name, func(t *testing.T) {
			b, err := c.Open()
			if err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			f(t, primitives.WithBackend(b))
		})
	}
}

func TestCounter(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewCounter(opt)
		c.Inc()
		c.Add(10)
		c.Sub(3)
		c.Dec()
		if c.Load() != 7 || c.Value() != 7 || c.String() != "7" {
			t.Errorf("Load %d, Value %d, String %s, want 7", c.Load(), c.Value(), c)
		}
		if js, err := json.Marshal(map[string]*primitives.Counter{"c": c}); err != nil || string(js) != `{"c":7}` {
			t.Errorf("JSON %s, %v", js, err)
		}
		if r := c.Reset(); r != 7 || c.Load() != 0 {
			t.Errorf("Reset %d, then Load %d, want 7 and 0", r, c.Load())
		}
		c.Sub(math.MinInt64)
		if c.Load() != math.MinInt64 { // as with atomic.Int64, -MinInt64 is MinInt64
			t.Errorf("Load %d after Sub(MinInt64)", c.Load())
		}
		c.Dec()
		if c.Load() != math.MaxInt64 {
			t.Errorf("Load %d, want MaxInt64: values wrap", c.Load())
		}
	})
}

func TestFloatCounter(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewFloatCounter(opt)
		c.Add(1.5)
		c.Add(-0.25)
		if c.Load() != 1.25 || c.String() != "1.25" {
			t.Errorf("Load %v, String %s, want 1.25", c.Load(), c)
		}
		if r := c.Reset(); r != 1.25 || c.Load() != 0 {
			t.Errorf("Reset %v, then Load %v, want 1.25 and 0", r, c.Load())
		}
		c.Add(math.Inf(1))
		if !math.IsInf(c.Load(), 1) {
			t.Errorf("Load %v, want +Inf", c.Load())
		}
		c.Add(math.NaN())
		if !math.IsNaN(c.Load()) {
			t.Errorf("Load %v, want NaN", c.Load())
		}
	})
}

// TestZeroValues: no constructor, no backend named, anywhere.
func TestZeroValues(t *testing.T) {
	var local primitives.Counter
	field := struct {
		name string
		n    [3]primitives.Counter
		f    primitives.FloatCounter
	}{name: "field"}
	if local.Load() != 0 || local.Reset() != 0 || field.f.Load() != 0 || field.f.Reset() != 0 {
		t.Error("zero values are not zero")
	}
	before := global.Load()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 1000 {
				local.Inc()
				global.Inc()
				field.n[1].Inc()
				field.f.Add(0.5)
			}
		}()
	}
	wg.Wait()
	if local.Load() != 8000 || global.Load()-before != 8000 || field.n[1].Load() != 8000 || field.f.Load() != 4000 {
		t.Errorf("%v %d %v %v, want 8000, 8000, 8000, 4000", &local, global.Load()-before, &field.n[1], &field.f)
	}
	if field.n[0].Load() != 0 || field.n[2].Load() != 0 {
		t.Error("a neighbour changed")
	}
}

var global primitives.Counter

// TestReset: every addition is returned by exactly one of the Resets that run
// all the time.
func TestReset(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c, f := primitives.NewCounter(opt), primitives.NewFloatCounter(opt)
		const adders, adds = 8, 20_000
		var wg sync.WaitGroup
		var stop atomic.Bool
		var taken, takenF atomic.Int64
		var resets sync.WaitGroup
		for range 2 {
			resets.Add(1)
			go func() {
				defer resets.Done()
				for !stop.Load() {
					r := c.Reset()
					if r < 0 {
						t.Errorf("Reset returned %d of a counter that only grows", r)
					}
					taken.Add(r)
					takenF.Add(int64(f.Reset()))
				}
			}()
		}
		for range adders {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range adds {
					c.Inc()
					f.Add(1)
				}
			}()
		}
		wg.Wait()
		stop.Store(true)
		resets.Wait()
		if got := taken.Load() + c.Reset(); got != adders*adds {
			t.Errorf("the Resets returned %d, want %d", got, adders*adds)
		}
		if got := takenF.Load() + int64(f.Reset()); got != adders*adds {
			t.Errorf("the float Resets returned %d, want %d", got, adders*adds)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c, f := primitives.NewCounter(opt), primitives.NewFloatCounter(opt)
		for name, op := range map[string]func(){
			"Counter.Add":        func() { c.Add(2) },
			"Counter.Load":       func() { c.Load() },
			"Counter.Reset":      func() { c.Reset() },
			"FloatCounter.Add":   func() { f.Add(2) },
			"FloatCounter.Load":  func() { f.Load() },
			"FloatCounter.Reset": func() { f.Reset() },
		} {
			if n := testing.AllocsPerRun(100, op); n != 0 {
				t.Errorf("%s allocates %v times", name, n)
			}
		}
	})
}

func ExampleCounter() {
	var requests primitives.Counter // as one would declare an atomic.Int64

	var wg sync.WaitGroup
	for range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 1000 {
				requests.Inc()
			}
		}()
	}
	wg.Wait()
	fmt.Println(requests.Load())
	// Output: 10000
}

func ExampleCounter_Reset() {
	var bytes primitives.Counter
	bytes.Add(1500)
	bytes.Add(40)
	fmt.Println(bytes.Reset(), bytes.Load())
	// Output: 1540 0
}

func ExampleFloatCounter() {
	var seconds primitives.FloatCounter
	seconds.Add(0.25)
	seconds.Add(1.5)
	fmt.Println(seconds.Load())
	// Output: 1.75
}
