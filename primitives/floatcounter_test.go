package primitives_test

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func TestFloatCounterMethods(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewFloatCounter(opt)
		c.Add(2)
		c.Sub(0.5)
		if c.Load() != 1.5 || c.Value() != 1.5 {
			t.Errorf("Load %v, Value %v, want 1.5", c.Load(), c.Value())
		}
	})
}

// TestFloatCounterText: String is JSON, and what MarshalJSON says, and is as exact
// as the value.
func TestFloatCounterText(t *testing.T) {
	for _, v := range []float64{
		0, 1, -1.5, 0.1, 1e21, -1e-7, 1 << 53, math.MaxFloat64, math.SmallestNonzeroFloat64, 123456789.125,
		math.Inf(1), math.Inf(-1), math.NaN(),
	} {
		c := new(primitives.FloatCounter)
		c.Add(v)
		js, err := json.Marshal(map[string]any{"c": c})
		if err != nil {
			t.Errorf("%v: %v", v, err)
			continue
		}
		var back struct{ C any }
		if err := json.Unmarshal([]byte(`{"C":`+c.String()+`}`), &back); err != nil {
			t.Errorf("%v: String %s: %v", v, c, err)
		}
		if string(js) != `{"c":`+c.String()+`}` {
			t.Errorf("%v: String %s, JSON %s", v, c, js)
		}
		switch got := back.C.(type) {
		case float64:
			if got != v {
				t.Errorf("%v came back as %v", v, got)
			}
		case string:
			if f, err := strconv.ParseFloat(got, 64); err != nil || !same(f, v) {
				t.Errorf("%v came back as %q", v, got)
			}
		default:
			t.Errorf("%v came back as %v", v, got)
		}
	}
}

// everywhere calls f in turn on threads that are on all CPUs, as far as the
// scheduler goes along: each spins until all are there.
func everywhere(f func(i int)) {
	n := runtime.GOMAXPROCS(0)
	var there atomic.Int32
	var turn atomic.Int32
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			there.Add(1)
			for there.Load() < int32(n) || turn.Load() != int32(i) {
				runtime.Gosched()
			}
			f(i)
			turn.Add(1)
		}()
	}
	wg.Wait()
}

// A floatSum is deltas, and what one float64 makes of them.
type floatSum struct {
	name   string
	deltas []float64
	want   float64
	either bool // or not finite: parts may overflow to both sides
}

func (sum floatSum) check(t *testing.T, what string, round int, got float64) {
	t.Helper()
	switch {
	case same(got, sum.want):
	case sum.either && (math.IsNaN(got) || math.IsInf(got, 0)):
	case round > 0 && math.Abs(got-sum.want) < 1e-12: // what was added before has its part in rounding
	default:
		t.Errorf("round %d: %s %v, want %v", round, what, got, sum.want)
	}
}

// TestFloatCounterReset: after a Reset a counter is 0 and counts, whatever was
// added before, by whom, and how often that happened.
func TestFloatCounterReset(t *testing.T) {
	resetFloatSums(t, []floatSum{
		{"whole numbers", []float64{1, 2, 1 << 50, -3}, 1 << 50, false},
		{"fractions", []float64{0.5, -0.25, 1.0 / 1024}, 0.2509765625, false},
		{"subnormals", []float64{math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64}, 2 * math.SmallestNonzeroFloat64, false},
		{"-0", []float64{math.Copysign(0, -1)}, 0, false},
	})
}

// TestFloatCounterResetNonFinite is the same for what is not finite, or gets there.
func TestFloatCounterResetNonFinite(t *testing.T) {
	resetFloatSums(t, []floatSum{
		{"Inf", []float64{1, math.Inf(1), 2}, math.Inf(1), false},
		{"-Inf", []float64{1, math.Inf(-1), 2}, math.Inf(-1), false},
		{"NaN", []float64{1, math.NaN(), 2}, math.NaN(), false},
		{"Inf-Inf", []float64{math.Inf(1), math.Inf(-1)}, math.NaN(), false},
		{"Inf+Inf", []float64{math.Inf(1), math.Inf(1)}, math.Inf(1), false},
		{"NaN+Inf", []float64{math.NaN(), math.Inf(1)}, math.NaN(), false},
		{"overflow", []float64{math.MaxFloat64, math.MaxFloat64}, math.Inf(1), false},
		{"negative overflow", []float64{-math.MaxFloat64, -math.MaxFloat64}, math.Inf(-1), false},
		{"overflow by many", []float64{math.MaxFloat64 / 2, math.MaxFloat64 / 2, math.MaxFloat64 / 2, math.MaxFloat64 / 2}, math.Inf(1), false},
		{"huge, in turn", []float64{math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64}, 0, true},
	})
}

func resetFloatSums(t *testing.T, sums []floatSum) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, sum := range sums {
			for _, spread := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/spread=%v", sum.name, spread), func(t *testing.T) {
					c := primitives.NewFloatCounter(opt)
					for round := range 3 {
						add := func(i int) {
							for k, delta := range sum.deltas {
								if !spread || k%runtime.GOMAXPROCS(0) == i {
									c.Add(delta)
								}
							}
						}
						if spread {
							everywhere(add)
						} else {
							add(0)
						}
						sum.check(t, "Load", round, c.Load())
						sum.check(t, "Reset", round, c.Reset())
						if got := c.Load(); got != 0 {
							t.Errorf("round %d: Load %v after Reset, want 0", round, got)
						}
						everywhere(func(int) { c.Add(2); c.Sub(0.5) })
						if got, want := c.Reset(), 1.5*float64(runtime.GOMAXPROCS(0)); got != want {
							t.Errorf("round %d: %v were added after Reset, it returns %v", round, want, got)
						}
					}
				})
			}
		}
	})
}

// TestFloatCounterHuge: numbers of growing size, each of which is forgotten.
func TestFloatCounterHuge(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewFloatCounter(opt)
		for _, huge := range []float64{1 << 53, 1e30, -1e150, 1e300} {
			c.Add(huge)
			if got := c.Reset(); math.Abs(got/huge-1) > 1e-12 || c.Load() != 0 {
				t.Errorf("Reset %v, then Load %v, want %v and 0", got, c.Load(), huge)
			}
		}
	})
}

// TestFloatCounterResets: whole numbers that are added while others reset are each
// in one result.
func TestFloatCounterResets(t *testing.T) { resetWhileAdding(t, false) }

// TestFloatCounterResetsNonFinite: also where infinities come between, the finite
// results are no more than was added, and after the last Reset sums are exact again.
// What an infinite result swallows is lost, so here nothing is subtracted: a lost -1
// whose 3 was returned before would make the finite results too much.
func TestFloatCounterResetsNonFinite(t *testing.T) { resetWhileAdding(t, true) }

func resetWhileAdding(t *testing.T, inf bool) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		const adders, adds = 4, 5000
		plus, minus := 3.0, 1.0
		if inf {
			plus, minus = 2, 0
		}
		c := primitives.NewFloatCounter(opt)
		var wg, resetting sync.WaitGroup
		for i := range adders {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := range adds {
					c.Add(plus)
					c.Sub(minus)
					if inf && i == 0 && n%100 == 50 {
						c.Add(math.Inf(1))
					}
				}
			}()
		}
		stop := make(chan struct{})
		var total float64
		infinite := 0
		resetting.Add(1)
		go func() {
			defer resetting.Done()
			for {
				if got := c.Reset(); math.IsInf(got, 1) {
					infinite++
				} else {
					total += got
				}
				select {
				case <-stop:
					return
				default:
					runtime.Gosched()
				}
			}
		}()
		wg.Wait()
		close(stop)
		resetting.Wait()
		if got := c.Reset(); math.IsInf(got, 1) {
			infinite++
		} else {
			total += got
		}
		const all = 2 * adders * adds
		if !inf && total != all || !(total >= 0 && total <= all) || inf && infinite == 0 {
			t.Errorf("%v were added; Resets returned %v, and +Inf %d times", all, total, infinite)
		}
		c.Add(7)
		if got := c.Reset(); got != 7 {
			t.Errorf("%v of the 7 that were added last", got)
		}
	})
}

func ExampleFloatCounter_MarshalJSON() {
	var c primitives.FloatCounter
	c.Add(0.5)
	fmt.Println(&c)
	c.Add(math.Inf(1))
	js, _ := json.Marshal(map[string]any{"seconds": &c})
	fmt.Println(string(js))
	// Output:
	// 0.5
	// {"seconds":"+Inf"}
}
