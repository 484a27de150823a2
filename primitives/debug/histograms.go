package debug

import (
	"math"

	"github.com/percpu-go/percpu/primitives"
)

// Histogram shows h drawn.
func (p *Page) Histogram(name string, h *primitives.Histogram) {
	p.add(name, func() value {
		var s primitives.HistogramSnapshot
		h.Snapshot(&s)
		drawn := &histogram{Buckets: s.Buckets, Count: s.Count, Sum: floating(s.Sum)}
		for _, b := range s.Bounds {
			drawn.Bounds = append(drawn.Bounds, floating(b))
		}
		return value{Kind: "Histogram", Histogram: drawn}
	})
}

// ExpHistogram shows h drawn, from the lowest observations to the highest. Those that are
// NaN are counted, and not drawn.
func (p *Page) ExpHistogram(name string, h *primitives.ExpHistogram) {
	p.add(name, func() value {
		var s primitives.ExpHistogramSnapshot
		h.Snapshot(&s)
		drawn := &histogram{Count: s.Count, Sum: floating(s.Sum)}
		add := func(bound float64, n uint64) {
			drawn.Bounds, drawn.Buckets = append(drawn.Bounds, floating(bound)), append(drawn.Buckets, n)
		}
		for i := len(s.Negative.Counts) - 1; i >= 0; i-- {
			add(-power(s.Negative.Offset+int32(i), s.Scale), s.Negative.Counts[i])
		}
		if s.ZeroCount > 0 || len(s.Negative.Counts) > 0 {
			add(s.ZeroThreshold, s.ZeroCount)
		}
		for i, n := range s.Positive.Counts {
			add(power(s.Positive.Offset+int32(i)+1, s.Scale), n)
		}
		return value{Kind: "ExpHistogram", Histogram: drawn}
	})
}

// power returns 2^(n/2^scale).
func power(n, scale int32) float64 { return math.Exp2(math.Ldexp(float64(n), -int(scale))) }

// CounterVec shows the largest series of v.
func (p *Page) CounterVec(name string, v *primitives.CounterVec) {
	p.add(name, func() value {
		var sum int64
		read := value{Kind: "CounterVec"}
		v.Range(func(values []string, c *primitives.Counter) bool {
			n := c.Load()
			sum += n
			read.Series = append(read.Series, series{values, whole(n)})
			return true
		})
		if c := v.Overflow(); c != nil {
			sum += c.Load()
			read.Series = append(read.Series, series{[]string{"(overflow)"}, whole(c.Load())})
		}
		read.Value = whole(sum)
		read.keepLargest()
		return read
	})
}

// FloatCounterVec shows the largest series of v.
func (p *Page) FloatCounterVec(name string, v *primitives.FloatCounterVec) {
	p.add(name, func() value {
		sum := 0.0
		read := value{Kind: "FloatCounterVec"}
		add := func(values []string, c *primitives.FloatCounter) bool {
			x := c.Load()
			sum += x
			read.Series = append(read.Series, series{values, floating(x)})
			return true
		}
		v.Range(add)
		if c := v.Overflow(); c != nil {
			add([]string{"(overflow)"}, c)
		}
		read.Value = floating(sum)
		read.keepLargest()
		return read
	})
}

// HistogramVec shows all observations of v drawn in one, and how many the largest series
// have.
func (p *Page) HistogramVec(name string, v *primitives.HistogramVec) {
	p.add(name, func() value {
		read := value{Kind: "HistogramVec"}
		all := &histogram{Buckets: make([]uint64, len(v.Bounds())+1)}
		for _, b := range v.Bounds() {
			all.Bounds = append(all.Bounds, floating(b))
		}
		var s primitives.HistogramSnapshot
		sum := 0.0
		add := func(values []string, h *primitives.Histogram) bool {
			h.Snapshot(&s)
			for i, n := range s.Buckets {
				all.Buckets[i] += n
			}
			all.Count, sum = all.Count+s.Count, sum+s.Sum
			read.Series = append(read.Series, series{values, whole(int64(s.Count))})
			return true
		}
		v.Range(add)
		if h := v.Overflow(); h != nil {
			add([]string{"(overflow)"}, h)
		}
		all.Sum = floating(sum)
		read.Histogram = all
		read.keepLargest()
		return read
	})
}
