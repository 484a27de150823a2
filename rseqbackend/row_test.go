package rseqbackend

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// rowBounds give each number that a stress test adds a bucket of its own.
var rowBounds = []float64{-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, math.Inf(1)}

// turns is a row whose buckets take turns, and what could not be observed there.
type turns struct {
	row     backend.Row // first: slow paths get its address
	buckets [2]*backend.Buckets
	slow    backend.Cell // whose operations register the thread
}

func observedSlow(w unsafe.Pointer, _ int, v float64) { (*turns)(w).slow.Add(int64(v)) }

func newTurns(t *testing.T, b *Backend) *turns {
	t.Helper()
	r := new(turns)
	attach(t, &r.slow, b)
	for i := range r.buckets {
		if r.buckets[i] = backend.NewBuckets(b, len(rowBounds)); r.buckets[i] == nil {
			t.Fatal("no buckets")
		}
	}
	r.row.Open(r.buckets[0], rowBounds)
	return r
}

func (r *turns) add(delta int64) { r.row.Observe(0, float64(delta), observedSlow) }

// observeInTurns is the operation Observe: two sets of buckets take turns until the test ends,
// and each time the one is at rest behind a fence, with counts and sum of the same
// observations.
func observeInTurns(t *testing.T, b *Backend) (func(int64), func() int64) {
	r := newTurns(t, b)
	var mu sync.Mutex // held to exchange them
	hot := 0
	// rest returns what the set that is not hot any more has. Only with mu locked.
	rest := func() (counts []uint64, sum float64) {
		was := r.buckets[hot]
		hot = 1 - hot
		r.row.Open(r.buckets[hot], rowBounds)
		if err := b.Fence(backend.AllSlots); err != nil {
			t.Error(err)
		}
		counts = make([]uint64, len(rowBounds))
		sum = was.Add(counts)
		time.Sleep(10 * time.Microsecond)
		if again := make([]uint64, len(rowBounds)); was.Add(again) != sum || !slices.Equal(counts, again) {
			t.Errorf("%v became %v though a fence passed", counts, again)
		}
		return counts, sum
	}
	total := func(counts []uint64) (total int64) {
		for i, n := range counts {
			total += int64(n) * int64(i-3)
		}
		return total
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
			}
			mu.Lock()
			if counts, sum := rest(); float64(total(counts)) != sum {
				t.Errorf("%v in buckets, but the sum is %v", counts, sum)
			}
			mu.Unlock()
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped })
	return r.add, func() int64 {
		mu.Lock() // for both: else another exchange between them would count one set twice
		defer mu.Unlock()
		all := int64(r.slow.Sum())
		for range r.buckets {
			counts, _ := rest()
			all += total(counts)
		}
		return all
	}
}
