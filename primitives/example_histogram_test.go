package primitives_test

import (
	"fmt"
	"math"

	"github.com/percpu-go/percpu/primitives"
)

func ExampleHistogram() {
	latencies := primitives.NewHistogram([]float64{0.01, 0.1, 1})
	for _, seconds := range []float64{0.004, 0.02, 0.03, 0.25, 4} {
		latencies.Observe(seconds)
	}
	var s primitives.HistogramSnapshot
	latencies.Snapshot(&s)
	for i, n := range s.Buckets {
		bound := math.Inf(1)
		if i < len(s.Bounds) {
			bound = s.Bounds[i]
		}
		fmt.Println("up to", bound, n)
	}
	fmt.Println(s.Count, "in all,", s.Sum)
	// Output:
	// up to 0.01 1
	// up to 0.1 2
	// up to 1 1
	// up to +Inf 1
	// 5 in all, 4.304
}

func ExampleExpHistogram() {
	var sizes primitives.ExpHistogram
	for _, bytes := range []float64{0, 100, 1500, 1500, 64000} {
		sizes.Observe(bytes)
	}
	var s primitives.ExpHistogramSnapshot
	sizes.Snapshot(&s)
	base := math.Exp2(math.Exp2(-float64(s.Scale)))
	fmt.Printf("each bucket %.0f %% wider than the one before\n", (base-1)*100)
	fmt.Println(s.ZeroCount, "is zero")
	for i, n := range s.Positive.Counts {
		if n > 0 {
			low := math.Pow(base, float64(s.Positive.Offset)+float64(i))
			fmt.Printf("%d above %.0f, up to %.0f\n", n, low, low*base)
		}
	}
	// Output:
	// each bucket 4 % wider than the one before
	// 1 is zero
	// 1 above 99, up to 103
	// 2 above 1448, up to 1512
	// 1 above 62757, up to 65536
}

func ExampleCounterVec() {
	requests := primitives.NewCounterVec([]string{"path", "code"}, primitives.WithMaxKeys(1000))
	requests.With("/", "200").Inc()
	requests.With("/", "200").Inc()
	fmt.Println(requests.With("/", "200").Load(), requests.Len())
	// Output: 2 1
}

func ExampleFloatCounterVec() {
	seconds := primitives.NewFloatCounterVec([]string{"path"})
	seconds.With("/").Add(0.25)
	seconds.Range(func(values []string, f *primitives.FloatCounter) bool {
		fmt.Println(values, f)
		return true
	})
	// Output: [/] 0.25
}

func ExampleHistogramVec() {
	latencies := primitives.NewHistogramVec([]string{"path"}, []float64{0.01, 0.1, 1}, primitives.WithExactSnapshots())
	latencies.With("/").Observe(0.03)
	var s primitives.HistogramSnapshot
	latencies.With("/").Snapshot(&s)
	fmt.Println(s.Buckets, s.Sum)
	// Output: [0 1 0 0] 0.03
}

// The smallest bound that 90 of 100 observations are within.
func ExampleHistogramSnapshot() {
	latencies := primitives.NewHistogram([]float64{0.01, 0.1, 1, 10})
	for i := range 100 {
		latencies.Observe(float64(i) / 100)
	}
	var s primitives.HistogramSnapshot
	latencies.Snapshot(&s)
	sum := uint64(0)
	for i, bound := range s.Bounds {
		if sum += s.Buckets[i]; sum*100 >= s.Count*90 {
			fmt.Println("90 % within", bound)
			break
		}
	}
	fmt.Println("on average", s.Sum/float64(s.Count))
	// Output:
	// 90 % within 1
	// on average 0.495
}

// How far off a bucket's bounds can be, and what was observed on either side of zero.
func ExampleExpHistogramSnapshot() {
	var offsets primitives.ExpHistogram
	for _, ms := range []float64{-3, -2, 0, 1, 5, 400} {
		offsets.Observe(ms)
	}
	var s primitives.ExpHistogramSnapshot
	offsets.Snapshot(&s)
	count := func(b primitives.ExpBuckets) (n uint64) {
		for _, c := range b.Counts {
			n += c
		}
		return n
	}
	fmt.Println(count(s.Negative), "below zero,", s.ZeroCount, "zero,", count(s.Positive), "above")
	fmt.Printf("each within %.1f %%\n", 100*(math.Exp2(math.Ldexp(1, -int(s.Scale)))-1))
	// Output:
	// 2 below zero, 1 zero, 3 above
	// each within 4.4 %
}

// The bounds of the highest bucket, which the greatest observation is in.
func ExampleExpBuckets() {
	var sizes primitives.ExpHistogram
	for _, bytes := range []float64{3, 1500, 64000} {
		sizes.Observe(bytes)
	}
	var s primitives.ExpHistogramSnapshot
	sizes.Snapshot(&s)
	last := s.Positive.Offset + int32(len(s.Positive.Counts)) - 1
	bound := func(i int32) float64 { return math.Exp2(math.Ldexp(float64(i), -int(s.Scale))) }
	fmt.Printf("above %.0f and not above %.0f\n", bound(last), bound(last+1))
	// Output: above 60097 and not above 65536
}
