package primitives_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/primitives"
)

// TestLimitsFromTheStart uses what limits and numbers from before the selection until
// after it.
func TestLimitsFromTheStart(t *testing.T) {
	if !fresh(t, 300*time.Millisecond) {
		return
	}
	const workers, tokens, events = 4, 10, 5000
	q := primitives.NewQuota(tokens)
	l := primitives.NewLimiter(0, events)
	var (
		ids                        primitives.IDs
		largest                    primitives.Max
		set                        drawn
		out, allowed, last, rounds atomic.Int64
		early                      atomic.Int64
		wg                         sync.WaitGroup
	)
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for left := 3000; left > 0; {
				if primitives.DefaultIfReady() {
					left-- // so long it goes on with a backend
				} else {
					early.Add(1)
				}
				rounds.Add(1)
				if n := int64(1 + w); q.TryTake(n) {
					if out.Add(n) > tokens {
						t.Errorf("%d of %d out", out.Load(), tokens)
					}
					out.Add(-n)
					q.Put(n)
				}
				if id := ids.Next(); !set.add(id) {
					t.Errorf("ID %d came twice", id)
				}
				largest.Observe(float64(last.Add(1)))
				if left%3 == 0 && l.Allow() {
					allowed.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	for l.Allow() {
		allowed.Add(1)
	}
	if early.Load() == 0 || early.Load() == rounds.Load() {
		t.Errorf("%d of %d rounds before the selection was over: this has tested nothing", early.Load(), rounds.Load())
	}
	if q.InUse() != 0 || !q.TryTake(tokens) {
		t.Errorf("%d in use", q.InUse())
	}
	if v, ok := largest.Reset(); !ok || int64(v) != last.Load() {
		t.Errorf("the largest is %v, want %d", v, last.Load())
	}
	if allowed.Load() != events {
		t.Errorf("%d allowed, want %d", allowed.Load(), events)
	}
}

// TestQuotaWithoutBackend: a TryTake that panics has taken nothing, and who has taken can
// give back.
func TestQuotaWithoutBackend(t *testing.T) {
	if !fresh(t, 0, primitives.BackendEnv+"=nosuch") {
		return
	}
	q := primitives.NewQuota(10)
	panicked := 0
	for range 1000 {
		took := false
		if panics(func() { took = q.TryTake(1) }) != nil {
			panicked++
		}
		if took {
			if err := panics(func() { q.Put(1) }); err != nil {
				t.Fatalf("Put: %v", err)
			}
		}
	}
	if n := q.InUse(); n != 0 || panicked == 0 {
		t.Errorf("%d in use after %d panics", n, panicked)
	}
}

// TestLimitsSizes: the documentation tells them.
func TestLimitsSizes(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("what is said is of 64 bits")
	}
	for name, size := range map[string][2]uintptr{
		"Quota":   {unsafe.Sizeof(primitives.Quota{}), 192},
		"Limiter": {unsafe.Sizeof(primitives.Limiter{}), 216},
		"IDs":     {unsafe.Sizeof(primitives.IDs{}), 128},
		"Max":     {unsafe.Sizeof(primitives.Max{}), 40},
		"Min":     {unsafe.Sizeof(primitives.Min{}), 40},
	} {
		if size[0] != size[1] {
			t.Errorf("%s has %d bytes, want %d", name, size[0], size[1])
		}
	}
}

// TestLimitsAllocateNothing, whatever the backend.
func TestLimitsAllocateNothing(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		q, l, ids, m := primitives.NewQuota(5, opt), primitives.NewLimiter(1e9, 100, opt), primitives.NewIDs(opt), primitives.NewMax(opt)
		v := 0.0
		for name, op := range map[string]func(){
			"Quota":   func() { q.TryTake(2); q.Put(2) },
			"Limiter": func() { l.Allow() },
			"IDs":     func() { ids.Next() },
			"Max":     func() { v++; m.Observe(v); m.Load() },
		} {
			if n := testing.AllocsPerRun(100, op); n != 0 {
				t.Errorf("%s allocates %v times", name, n)
			}
		}
	})
}
