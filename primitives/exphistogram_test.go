package primitives_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

func TestExpHistogram(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		h := primitives.NewExpHistogram(opt, primitives.WithMaxScale(0), primitives.WithZeroThreshold(0.25))
		for _, v := range []float64{0, 0.25, -0.25, 0.5, 1, 1.5, 2, 2.5, -3, -4, math.NaN()} {
			h.Observe(v)
		}
		var s primitives.ExpHistogramSnapshot
		h.Snapshot(&s)
		if s.Scale != 0 || s.ZeroThreshold != 0.25 || s.ZeroCount != 3 || s.NaNCount != 1 || s.Count != 11 || !math.IsNaN(s.Sum) {
			t.Errorf("%+v", s)
		}
		// (0.25, 0.5], (0.5, 1], (1, 2] and (2, 4]
		if want := []uint64{1, 1, 2, 1}; s.Positive.Offset != -2 || !slices.Equal(s.Positive.Counts, want) {
			t.Errorf("positive %+v, want %v from -2", s.Positive, want)
		}
		if want := []uint64{2}; s.Negative.Offset != 1 || !slices.Equal(s.Negative.Counts, want) {
			t.Errorf("negative %+v, want %v from 1", s.Negative, want)
		}
	})
}

func TestExpHistogramEmpty(t *testing.T) {
	s := primitives.ExpHistogramSnapshot{Positive: primitives.ExpBuckets{Offset: 7, Counts: []uint64{1}}}
	new(primitives.ExpHistogram).Snapshot(&s)
	if s.Scale != 8 || s.Count != 0 || s.Sum != 0 || len(s.Positive.Counts) != 0 || s.Positive.Offset != 0 {
		t.Errorf("%+v", s)
	}
}

// inBuckets returns the count of the bucket that v is in.
func inBuckets(b primitives.ExpBuckets, scale int32, v float64) uint64 {
	for i, n := range b.Counts {
		low := math.Exp2(math.Ldexp(float64(b.Offset)+float64(i), -int(scale)))
		high := math.Exp2(math.Ldexp(float64(b.Offset)+float64(i)+1, -int(scale)))
		if low < v && v <= high {
			return n
		}
	}
	return 0
}

// TestExpHistogramScale: the scale is the largest at which all values have a bucket,
// whatever the order in which they came.
func TestExpHistogramScale(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, tt := range []struct {
			max    int
			values []float64
			scale  int32
		}{
			{160, []float64{1.1}, 8},
			{160, []float64{1.1, 1.6}, 8},         // 139 buckets
			{160, []float64{1.1, 2.1}, 7},         // half as many are enough for (1.1, 2.1]
			{160, []float64{1.1, 1100}, 4},        // 10 powers of two
			{160, []float64{1.1, 1100, -3e-5}, 4}, // each sign alone
			{20, []float64{1.1, 1100}, 0},         // 21 at scale 1
			{2, []float64{1.1, 1100}, -3},
			{160, []float64{math.SmallestNonzeroFloat64, math.MaxFloat64}, -4},
			{2, []float64{math.SmallestNonzeroFloat64, math.Inf(1)}, -11},
		} {
			for range 3 {
				h := primitives.NewExpHistogram(opt, primitives.WithMaxBuckets(tt.max))
				rand.Shuffle(len(tt.values), func(i, j int) { tt.values[i], tt.values[j] = tt.values[j], tt.values[i] })
				for _, v := range tt.values {
					h.Observe(v)
				}
				var s primitives.ExpHistogramSnapshot
				h.Snapshot(&s)
				if s.Scale != tt.scale || s.Count != uint64(len(tt.values)) || max(len(s.Positive.Counts), len(s.Negative.Counts)) > tt.max {
					t.Errorf("%d buckets, %v: scale %d, want %d, %d counted, %d buckets", tt.max, tt.values, s.Scale, tt.scale, s.Count, len(s.Positive.Counts))
				}
				for _, v := range tt.values {
					b := s.Positive
					if v < 0 {
						b = s.Negative
					}
					if !math.IsInf(v, 0) && inBuckets(b, s.Scale, math.Abs(v)) == 0 && math.Abs(v) > 1e-300 && math.Abs(v) < 1e300 {
						t.Errorf("%v is in no bucket of %+v", v, s)
					}
				}
			}
		}
	})
}

// TestExpHistogramBuckets compares with counting by hand: values, in random order, of a
// range that grows, so that there are many layouts, and a collection now and then.
func TestExpHistogramBuckets(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, max := range []int{2, 7, 160} {
			h := primitives.NewExpHistogram(opt, primitives.WithMaxBuckets(max))
			fine := make(map[int32]uint64) // by the logarithm, exact enough for random values
			var s primitives.ExpHistogramSnapshot
			sum, n := 0.0, uint64(0)
			for round := range 60 {
				for range 10 {
					v := math.Exp(rand.NormFloat64() * float64(round) / 3)
					fine[int32(math.Ceil(math.Log2(v)*256))-1]++
					h.Observe(v)
					sum += v
					n++
				}
				if round%20 == 19 {
					runtime.GC()
				}
				scale := s.Scale
				h.Snapshot(&s)
				if round > 0 && s.Scale > scale || s.Count != n || math.Abs(s.Sum-sum) > sum*1e-9 || len(s.Positive.Counts) > max {
					t.Fatalf("%d buckets: scale %d after %d, %d of %d counted, sum %v of %v, %d buckets", max, s.Scale, scale, s.Count, n, s.Sum, sum, len(s.Positive.Counts))
				}
			}
			want := make(map[int32]uint64)
			for i, n := range fine {
				want[i>>(8-s.Scale)] += n
			}
			for i, n := range s.Positive.Counts {
				if i := s.Positive.Offset + int32(i); want[i] != n {
					t.Errorf("%d buckets, scale %d: %d in bucket %d, want %d", max, s.Scale, n, i, want[i])
				}
			}
			if c := s.Positive.Counts; c[0] == 0 || c[len(c)-1] == 0 {
				t.Error("an empty bucket at the end")
			}
		}
	})
}

// TestExpHistogramFolds: what old layouts have counted outlives them, while others
// observe, and their memory doesn't.
func TestExpHistogramFolds(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		h := primitives.NewExpHistogram(opt)
		var wait sync.WaitGroup
		const each, goroutines = 2000, 4
		for g := range goroutines {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for i := range each {
					h.Observe(math.Exp2(float64((i*(g+1))%1500-750) * float64(i) / each))
				}
			}()
		}
		done := make(chan struct{})
		go func() {
			wait.Wait()
			close(done)
		}()
		var s primitives.ExpHistogramSnapshot
		for count, going := uint64(0), true; going; count = s.Count {
			select {
			case <-done:
				going = false
			default:
				runtime.GC()
			}
			if h.Snapshot(&s); s.Count < count {
				t.Errorf("%d counted, after %d", s.Count, count)
			}
		}
		for end := time.Now().Add(time.Minute); h.OldLayouts() > 0; runtime.GC() {
			if time.Now().After(end) {
				t.Fatalf("%d layouts are left", h.OldLayouts())
			}
			time.Sleep(time.Millisecond)
		}
		if h.Snapshot(&s); s.Count != each*goroutines {
			t.Errorf("%d counted, want %d", s.Count, each*goroutines)
		}
	})
}

func TestExpHistogramOptionsPanic(t *testing.T) {
	for want, f := range map[string]func(){
		"percpu: WithMaxBuckets(1): less than 2 or more than 16384":              func() { primitives.WithMaxBuckets(1) },
		"percpu: WithMaxBuckets(16385): less than 2 or more than 16384":          func() { primitives.WithMaxBuckets(1<<14 + 1) },
		"percpu: WithMaxScale(9): less than -10 or more than 8":                  func() { primitives.WithMaxScale(9) },
		"percpu: WithMaxScale(-11): less than -10 or more than 8":                func() { primitives.WithMaxScale(-11) },
		"percpu: WithZeroThreshold(-1): a negative number, an infinity or NaN":   func() { primitives.WithZeroThreshold(-1) },
		"percpu: WithZeroThreshold(NaN): a negative number, an infinity or NaN":  func() { primitives.WithZeroThreshold(math.NaN()) },
		"percpu: WithZeroThreshold(+Inf): a negative number, an infinity or NaN": func() { primitives.WithZeroThreshold(math.Inf(1)) },
		"percpu: NewQuota(-1): less than 0 or more than 2^60":                    func() { primitives.NewQuota(-1) },
	} {
		if got := fmt.Sprint(panics(f)); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}
