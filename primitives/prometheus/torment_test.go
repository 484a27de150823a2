package prometheus

import (
	"sync"
	"sync/atomic"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

// TestTorment: while goroutines observe 1 and their children are deleted and made again,
// every scrape of a histogram has as large a sum as a count, and as many in its buckets;
// no count falls; and in the end all observations are there.
func TestTorment(t *testing.T) {
	scrapes := 2000
	if testing.Short() {
		scrapes = 200
	}
	const workers = 4
	r := NewPedanticRegistry()
	h := NewHistogram(HistogramOpts{Name: "classic", Buckets: []float64{0.5, 1, 2}})
	hv := NewHistogramVec(HistogramOpts{Name: "vec", Buckets: []float64{0.5, 1, 2}}, []string{"a"})
	cv := NewCounterVec(CounterOpts{Name: "counters"}, []string{"a"})
	r.MustRegister(h, hv, cv)
	var stop atomic.Bool
	var observed [workers]uint64
	var done sync.WaitGroup
	for w := range workers {
		done.Add(1)
		go func() {
			defer done.Done()
			for !stop.Load() {
				for range 50 {
					h.Observe(1)
					hv.WithLabelValues("stays").Observe(1)
					cv.WithLabelValues("stays").Inc()
					observed[w]++
				}
				hv.WithLabelValues("goes").Observe(1)
				hv.DeleteLabelValues("goes")
			}
		}()
	}
	last := make(map[string]uint64)
	scrape := func() {
		families, err := r.Gather()
		if err != nil {
			t.Error(err)
		}
		for _, f := range families {
			for _, m := range f.Metric {
				name := f.GetName()
				if len(m.Label) > 0 {
					name += m.Label[0].GetValue()
				}
				n := uint64(m.GetCounter().GetValue())
				if m.Histogram != nil {
					n = exactly(t, m.Histogram)
				}
				if n < last[name] && name != "vecgoes" {
					t.Errorf("%s fell from %d to %d", name, last[name], n)
				}
				last[name] = n
			}
		}
	}
	for range scrapes {
		scrape()
	}
	stop.Store(true)
	done.Wait()
	scrape()
	var want uint64
	for _, n := range observed {
		want += n
	}
	for _, name := range []string{"classic", "vecstays", "countersstays"} {
		if last[name] != want {
			t.Errorf("%s: %d, want %d", name, last[name], want)
		}
	}
	t.Logf("%d observations of each, %d scrapes", want, scrapes)
}

// exactly returns the count of a histogram of ones.
func exactly(t *testing.T, h *dto.Histogram) uint64 {
	n := h.GetSampleCount()
	if h.GetSampleSum() != float64(n) || h.Bucket[0].GetCumulativeCount() != 0 ||
		h.Bucket[1].GetCumulativeCount() != n || h.Bucket[2].GetCumulativeCount() != n {
		t.Errorf("%v", h)
	}
	return n
}
