package lincheck

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// values are what is observed for each bucket, of which the bounds are 1 and a bit more.
var (
	histogramBounds = []float64{1 - 0x1p-20, 1}
	histogramValues = [3]float64{1 - 0x1p-20, 1, 1 + 0x1p-20}
)

// histogram is primitives.Histogram. Where snapshots are not exact they promise to see what
// happens before, in the sense of the memory model; the clock tells nothing about that, for a
// store may still be on its way when the next instruction reads the time. So each
// Observe is followed by an atomic operation then, which is what makes it
// happen before what comes later. An exact snapshot's fence sees to it by itself.
type histogram struct {
	*primitives.Histogram
	after *atomic.Int64 // nil if snapshots are exact
}

func newHistogram(exact bool, opts ...primitives.HistogramOption) Histograms {
	if exact {
		opts = append(opts, primitives.WithExactSnapshots())
		return histogram{primitives.NewHistogram(histogramBounds, opts...), nil}
	}
	return histogram{primitives.NewHistogram(histogramBounds, opts...), new(atomic.Int64)}
}

func (h histogram) Observe(bucket int) {
	h.Histogram.Observe(histogramValues[bucket])
	if h.after != nil {
		h.after.Add(1)
	}
}

func (h histogram) Snapshot() (out histogramState) {
	var s primitives.HistogramSnapshot
	h.Histogram.Snapshot(&s)
	copy(out.buckets[:], s.Buckets)
	out.sum = math.Round(s.Sum)
	return out
}

func TestHistogram(t *testing.T) {
	for _, candidate := range primitives.Candidates() {
		b, err := candidate.Open()
		if err != nil {
			t.Logf("no %s backend: %v", candidate.Name, err)
			continue
		}
		for _, exact := range []bool{true, false} {
			t.Run(fmt.Sprintf("backend=%s/exact=%t", b.Name(), exact), func(t *testing.T) {
				Check(t, HistogramScenario(2, 8, exact, func() Histograms {
					return newHistogram(exact, primitives.WithBackend(b))
				}), Histories(t))
			})
		}
	}
}

// mutexHistogram is a histogram under a mutex: it tests the model.
type mutexHistogram struct {
	mu sync.Mutex
	histogramState
}

func (h *mutexHistogram) Observe(bucket int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buckets[bucket]++
	h.sum++
}

func (h *mutexHistogram) Snapshot() histogramState {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.histogramState
}

func TestMutexHistogram(t *testing.T) {
	for _, exact := range []bool{true, false} {
		Check(t, HistogramScenario(2, 8, exact, func() Histograms { return new(mutexHistogram) }), Histories(t))
	}
}

// torn reads its buckets one after another, and says that it is exact.
type torn struct{ *mutexHistogram }

func (h torn) Snapshot() (out histogramState) {
	for i := range out.buckets {
		out.buckets[i] = h.mutexHistogram.Snapshot().buckets[i]
		runtime.Gosched()
	}
	out.sum = h.mutexHistogram.Snapshot().sum
	return out
}

// forgetful loses an observation that meets a snapshot.
type forgetful struct{ *mutexHistogram }

func (h forgetful) Observe(bucket int) {
	s := h.mutexHistogram.Snapshot()
	runtime.Gosched()
	s.buckets[bucket]++
	s.sum++
	h.mu.Lock()
	defer h.mu.Unlock()
	h.histogramState = s
}

func TestPlantedHistogramBugsAreFound(t *testing.T) {
	t.Run("torn", func(t *testing.T) {
		Find(t, HistogramScenario(2, 8, true, func() Histograms { return torn{new(mutexHistogram)} }))
	})
	t.Run("forgetful", func(t *testing.T) {
		Find(t, HistogramScenario(2, 8, false, func() Histograms { return forgetful{new(mutexHistogram)} }))
	})
	t.Run("not exact", func(t *testing.T) {
		Find(t, HistogramScenario(2, 8, true, func() Histograms {
			return newHistogram(false)
		}))
	})
}
