package primitives_test

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

func TestQuota(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, limit := range []int64{0, 1, 3, 1000, 1 << 60} {
			q := primitives.NewQuota(limit, opt)
			for range 3 {
				if q.TryTake(limit+1) || !q.TryTake(limit) || limit > 0 && q.TryTake(1) || !q.TryTake(0) {
					t.Fatalf("limit %d: TryTake is wrong; %d in use", limit, q.InUse())
				}
				if q.Available() != 0 || q.InUse() != limit || q.Limit() != limit {
					t.Errorf("limit %d: %d of %d available, %d in use", limit, q.Available(), q.Limit(), q.InUse())
				}
				q.Put(limit)
				if q.Available() != limit {
					t.Errorf("limit %d: %d available", limit, q.Available())
				}
			}
			// Often enough to spread, and then some more.
			spreads := primitives.Takes(opt) && limit > 0
			for i, end := int64(0), time.Now().Add(time.Minute); i < 2000 || spreads && !primitives.QuotaSpread(q) && time.Now().Before(end); i++ {
				n := i % (min(limit, 7) + 1)
				if !q.TryTake(n) {
					t.Fatalf("limit %d: no %d of %d", limit, n, q.Available())
				}
				q.Put(n)
			}
			if primitives.QuotaSpread(q) != spreads {
				t.Errorf("limit %d: CPUs hold tokens: %v, want %v", limit, !spreads, spreads)
			}
			if !q.TryTake(limit) || limit > 0 && q.TryTake(1) || q.InUse() != limit {
				t.Errorf("limit %d: after a while %d are in use", limit, q.InUse())
			}
		}
	})
}

func TestQuotaZeroValue(t *testing.T) {
	var q primitives.Quota
	if q.TryTake(1) || !q.TryTake(0) || q.Limit() != 0 || q.Available() != 0 {
		t.Error("a zero Quota has tokens")
	}
}

// TestQuotaIsExact: never is more out than the limit; a TryTake fails only if there was
// a moment when too little was free; in the end all is back.
func TestQuotaIsExact(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, limit := range []int64{3, 64, 4000} {
			q := primitives.NewQuota(limit, opt)
			const workers, rounds = 8, 4000
			var out, failed atomic.Int64
			var wg sync.WaitGroup
			for w := range workers {
				wg.Add(1)
				go func() {
					defer wg.Done()
					var held []int64
					for i := range rounds {
						n := int64(1 + (i*7+w)%5)
						if n > limit {
							n = 1
						}
						if q.TryTake(n) {
							if now := out.Add(n); now > limit {
								t.Errorf("%d of %d out", now, limit)
							}
							held = append(held, n)
						} else {
							failed.Add(1)
						}
						if len(held) > i/64%8 {
							for _, n := range held {
								out.Add(-n)
								q.Put(n)
							}
							held = held[:0]
						}
					}
					for _, n := range held {
						out.Add(-n)
						q.Put(n)
					}
				}()
			}
			wg.Wait()
			if q.InUse() != 0 || !q.TryTake(limit) {
				t.Errorf("limit %d: %d are missing", limit, q.InUse())
			}
			if limit > workers*8*5 && failed.Load() > 0 {
				t.Errorf("limit %d: %d failed, though there were enough", limit, failed.Load())
			}
		}
	})
}

// TestQuotaMisuse: to put more than was taken is noticed.
func TestQuotaMisuse(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		q := primitives.NewQuota(100, opt)
		for name, f := range map[string]func(){
			"TryTake(-1)":      func() { q.TryTake(-1) },
			"TryTake(minimum)": func() { q.TryTake(math.MinInt64) },
			"Put(-1)":          func() { q.Put(-1) },
			"Put and TryTake": func() {
				for range 1000 { // or there may be nothing to be called back
					q.TryTake(1)
					q.Put(1)
				}
				q.Put(1)
				q.TryTake(100)
			},
			"NewQuota(-1)": func() { primitives.NewQuota(-1, opt) },
		} {
			if panics(f) == nil {
				t.Errorf("%s does not panic", name)
			}
		}
		noticed := false
		for range 20 { // for where CPUs begin to hold tokens it may be noticed later
			largest := primitives.NewQuota(1<<60, opt)
			noticed = noticed || panics(func() { largest.Put(1 << 60) }) != nil && largest.TryTake(1<<60)
		}
		if !noticed {
			t.Error("the largest quota takes twice as much")
		}
		if q.TryTake(101) || q.InUse() > 100 || q.InUse() < 0 {
			t.Error("more than the limit is there now")
		}
	})
}

// TestQuotaAbsurdPuts: what no quota has is refused at once, also where CPUs hold
// tokens: there two of them would wrap around.
func TestQuotaAbsurdPuts(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, n := range []int64{math.MaxInt64, 1<<60 + 1, math.MinInt64} {
			q := primitives.NewQuota(1000, opt)
			for end := time.Now().Add(time.Minute); primitives.Takes(opt) && !primitives.QuotaSpread(q) && time.Now().Before(end); {
				q.TryTake(1)
				q.Put(1)
			}
			for range 2 {
				if panics(func() { q.Put(n) }) == nil {
					t.Errorf("Put(%d) does not panic", n)
				}
			}
			if !q.TryTake(1000) || q.TryTake(1) {
				t.Errorf("%d are free after Put(%d), want none", q.Available(), n)
			}
		}
	})
}

func ExampleQuota() {
	inFlight := primitives.NewQuota(2) // at most two at once

	handle := func() bool {
		if !inFlight.TryTake(1) {
			return false // too busy
		}
		defer inFlight.Put(1)
		return true
	}
	fmt.Println(handle(), inFlight.TryTake(2), handle(), inFlight.InUse())
	// Output: true true false 2
}
