package primitives_test

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func TestMaxAndMin(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		largest, smallest := primitives.NewMax(opt), primitives.NewMin(opt)
		inf, sub := math.Inf(1), math.SmallestNonzeroFloat64
		for _, seen := range [][]float64{
			{1, 3, 2}, {-1, -3, -2}, {0}, {-sub, sub}, {-inf}, {inf, 5}, {-inf, inf},
			{math.MaxFloat64, -math.MaxFloat64}, {math.NaN(), 7, math.Copysign(math.NaN(), -1)},
		} {
			if _, ok := largest.Load(); ok {
				t.Error("something was seen already")
			}
			hi, lo := -inf, inf
			for _, v := range seen {
				largest.Observe(v)
				smallest.Observe(v)
				if v == v {
					hi, lo = max(hi, v), min(lo, v)
				}
			}
			for name, load := range map[string]func() (float64, bool){"Max.Load": largest.Load, "Max.Reset": largest.Reset} {
				if name == "Max.Reset" {
					continue // last
				} else if got, ok := load(); !ok || got != hi {
					t.Errorf("%s of %v: %v, %v", name, seen, got, ok)
				}
			}
			if got, ok := smallest.Load(); !ok || got != lo {
				t.Errorf("Min.Load of %v: %v, %v", seen, got, ok)
			}
			if got, ok := largest.Reset(); !ok || got != hi {
				t.Errorf("Max.Reset of %v: %v, %v", seen, got, ok)
			}
			if got, ok := smallest.Reset(); !ok || got != lo {
				t.Errorf("Min.Reset of %v: %v, %v", seen, got, ok)
			}
		}
		largest.Observe(math.NaN())
		if v, ok := largest.Reset(); ok {
			t.Errorf("%v was seen in a NaN", v)
		}
	})
}

// TestMaxIsExact: what is observed is found by a Load that follows, and no number is
// lost between Resets that run all the time.
func TestMaxIsExact(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		m := primitives.NewMax(opt)
		const workers, each = 8, 3000
		var next, most atomic.Int64
		var wg sync.WaitGroup
		for w := range workers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range each {
					m.Observe(float64(next.Add(1)))
					if w == 0 && i%50 == 0 {
						if v, ok := m.Reset(); ok && int64(v) > most.Load() {
							most.Store(int64(v))
						}
					}
				}
			}()
		}
		wg.Wait()
		v, _ := m.Reset()
		if most := max(most.Load(), int64(v)); most != workers*each {
			t.Errorf("the largest of all Resets is %d, want %d", most, workers*each)
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range each {
				m.Observe(float64(-i))
			}
		}()
		for i := range each {
			m.Observe(float64(i))
			if v, ok := m.Load(); !ok || v < float64(i) {
				t.Fatalf("Load %v, %v after Observe(%d)", v, ok, i)
			}
		}
		wg.Wait()
	})
}

func ExampleMax() {
	var slowest primitives.Max
	slowest.Observe(0.25)
	slowest.Observe(1.5)
	slowest.Observe(0.75)
	fmt.Println(slowest.Reset())
	fmt.Println(slowest.Load())
	// Output:
	// 1.5 true
	// 0 false
}

func ExampleMin() {
	var coldest primitives.Min
	coldest.Observe(3)
	coldest.Observe(-2)
	fmt.Println(coldest.Load())
	// Output: -2 true
}
