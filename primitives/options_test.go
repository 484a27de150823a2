package primitives_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestOptionsBelongToConstructors: an option is of those types only that it means
// something to, so that elsewhere it does not compile.
func TestOptionsBelongToConstructors(t *testing.T) {
	b, err := primitives.Candidates()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	const none, ofMap, ofCounterMap, ofFreeList, ofHistogram, ofExpHistogram, ofVec, ofHistogramVec, all = 0, 1, 2, 4, 16, 32, 64, 128, 255
	for name, o := range map[string]struct {
		option any
		want   int
	}{
		"WithBackend":    {primitives.WithBackend(b), all},
		"WithSize":       {primitives.WithSize(1), ofMap | ofCounterMap},
		"WithShards":     {primitives.WithShards(1), ofMap | ofCounterMap},
		"WithMaxKeys":    {primitives.WithMaxKeys(1), ofCounterMap | ofVec | ofHistogramVec},
		"WithPerCPU":     {primitives.WithPerCPU(1), ofFreeList},
		"WithMaxObjects": {primitives.WithMaxObjects(1), ofFreeList},

		"WithExactSnapshots": {primitives.WithExactSnapshots(), ofHistogram | ofHistogramVec},
		"WithMaxBuckets":     {primitives.WithMaxBuckets(2), ofExpHistogram},
		"WithMaxScale":       {primitives.WithMaxScale(1), ofExpHistogram},
		"WithZeroThreshold":  {primitives.WithZeroThreshold(1), ofExpHistogram},
	} {
		got := none
		if _, ok := o.option.(primitives.MapOption); ok {
			got |= ofMap
		}
		if _, ok := o.option.(primitives.CounterMapOption); ok {
			got |= ofCounterMap
		}
		if _, ok := o.option.(primitives.FreeListOption); ok {
			got |= ofFreeList
		}
		if _, ok := o.option.(primitives.HistogramOption); ok {
			got |= ofHistogram
		}
		if _, ok := o.option.(primitives.ExpHistogramOption); ok {
			got |= ofExpHistogram
		}
		if _, ok := o.option.(primitives.VecOption); ok {
			got |= ofVec
		}
		if _, ok := o.option.(primitives.HistogramVecOption); ok {
			got |= ofHistogramVec
		}
		if _, ok := o.option.(primitives.Option); ok {
			got |= 8
		}
		if got != o.want {
			t.Errorf("%s is an option of %b, want %b", name, got, o.want)
		}
	}
}

// TestSizesPanic: sizes that no memory holds are refused by name, not by the
// allocator, which would end the process.
func TestSizesPanic(t *testing.T) {
	for _, n := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt/64 + 1, math.MaxInt32} {
		if n == math.MaxInt32 && n < math.MaxInt { // 64 bits: that may be had
			n <<= 2
		}
		if r := fmt.Sprint(panics(func() { primitives.NewMap[int, int](primitives.WithSize(n)) })); !strings.HasPrefix(r, "percpu: WithSize") {
			t.Errorf("WithSize(%d): panic %s", n, r)
		}
	}
	if r := fmt.Sprint(panics(func() { primitives.WithShards(-1) })); !strings.HasPrefix(r, "percpu: WithShards") {
		t.Errorf("WithShards: panic %s", r)
	}
	m := primitives.NewMap[int, int](primitives.WithShards(math.MaxInt))
	m.Store(1, 1)
	for _, n := range []int{0, 1, 2, 3, 1000, 1 << 16} {
		m := primitives.NewMap[int, int](primitives.WithSize(n))
		before := m.Chains()
		for i := range n {
			m.Store(i, i)
		}
		if after := m.Chains(); n > 1 && after != before {
			t.Errorf("a map for %d entries had %d chains, and has %d", n, before, after)
		}
		if n > 0 && before > 2*n {
			t.Errorf("%d chains for %d entries", before, n)
		}
	}
}
