package primitives_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// TestLimiterAllowN steps through time: what is allowed is never more than a bucket
// that counts each event allows, and never less than one that is a quarter smaller.
func TestLimiterAllowN(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, tt := range []struct {
			r     primitives.Limit
			burst int
		}{{10, 1}, {10, 5}, {1000, 100}, {1e6, 1000}, {1e9, 100_000}, {0, 50}} {
			l := primitives.NewLimiter(tt.r, tt.burst, opt)
			rng := rand.New(rand.NewPCG(1, uint64(tt.burst)))
			now := time.Now()
			most, least := float64(tt.burst), 0.75*float64(tt.burst)
			allowed, spread := 0, false
			for i := range 20_000 {
				if i%64 == 0 && tt.r > 0 {
					pause := rng.Float64() * float64(tt.burst) / float64(tt.r) * 1.5
					now = now.Add(time.Duration(pause * 1e9))
					arrived := pause * float64(tt.r)
					most = min(most+arrived, float64(tt.burst))
					least = min(least+arrived, 0.75*float64(tt.burst))
				}
				n := 1 + rng.IntN(1+tt.burst/50)
				ok := l.AllowN(now, n)
				if ok {
					allowed++
					most -= float64(n)
					least = max(least-float64(n), 0)
				}
				if most < -1e-3 {
					t.Fatalf("%v, %d: more than the bucket holds was allowed, by %v", tt.r, tt.burst, -most)
				}
				if !ok && least >= float64(n)+1e-3 {
					t.Fatalf("%v, %d: %d refused, but there are %v to %v", tt.r, tt.burst, n, least, most)
				}
				spread = spread || primitives.LimiterSpread(l)
			}
			if want := primitives.Takes(opt) && tt.r > 0 && tt.burst >= 1000; want && !spread {
				t.Errorf("%v, %d: CPUs never held tokens", tt.r, tt.burst)
			}
			if allowed == 0 {
				t.Error("nothing was allowed")
			}
		}
	})
}

// TestLimiterIsBounded: many goroutines ask all the time, and get no more than the rate
// and one burst.
func TestLimiterIsBounded(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		const r, burst = 200_000, 2000
		begin := time.Now()
		l := primitives.NewLimiter(r, burst, opt)
		var allowed, refused atomic.Int64
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := 0; n < 10 || time.Since(begin) < 60*time.Millisecond; n++ { // more than burst, however late it begins
					for range 100 {
						if l.Allow() {
							allowed.Add(1)
						} else {
							refused.Add(1)
						}
					}
					if w%2 == 0 {
						time.Sleep(time.Millisecond) // the bucket fills up, and CPUs get tokens
					}
				}
			}()
		}
		wg.Wait()
		most := burst + int64(r*time.Since(begin).Seconds()) + 1
		t.Logf("%d allowed, %d refused, at most %d", allowed.Load(), refused.Load(), most)
		if allowed.Load() > most || allowed.Load() < burst*3/4 {
			t.Errorf("%d allowed, want %d to %d", allowed.Load(), burst*3/4, most)
		}
	})
}

func TestLimiterInfinite(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewLimiter(primitives.Inf, 0, opt)
		for range 10_000 {
			if !l.Allow() || !l.AllowN(time.Now(), 7) {
				t.Fatal("refused")
			}
		}
		if err := l.WaitN(context.Background(), 1000); err != nil {
			t.Error(err)
		}
		l.SetBurst(3)
		l.SetLimit(0)
		if n := allowedNow(l); n != 3 {
			t.Errorf("%d allowed after all, want 3", n)
		}
		if l.Allow() {
			t.Error("allowed once more")
		}
		l.SetLimit(primitives.Inf)
		if !l.Allow() {
			t.Error("refused, though all are allowed again")
		}
	})
}

// TestLimiterMoreThanInfinite: an infinity as the rate, which is not Inf, leaves nothing
// behind.
func TestLimiterMoreThanInfinite(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewLimiter(primitives.Limit(math.Inf(1)), 3, opt)
		l.ReserveN(time.Now().Add(time.Hour), 2).Cancel()
		l.SetLimit(0)
		for range 4 {
			l.Allow()
		}
		if tokens := l.Tokens(); l.Allow() || tokens != 0 {
			t.Errorf("%v tokens are left of 3", tokens)
		}
	})
}

// TestLimiterFromZeroTime: a clock of a test may begin with the zero time.
func TestLimiterFromZeroTime(t *testing.T) {
	l := primitives.NewLimiter(1, 1)
	var now time.Time
	if !l.AllowN(now, 1) || l.AllowN(now, 1) || !l.AllowN(now.Add(time.Second), 1) {
		t.Error("a second after the zero time was forgotten")
	}
}

func allowedNow(l *primitives.Limiter) (n int) {
	for l.Allow() {
		n++
	}
	return n
}

func TestLimiterZeroValue(t *testing.T) {
	var l primitives.Limiter
	if allowedNow(&l) != 0 || l.Allow() || l.Limit() != 0 || l.Burst() != 0 || l.Reserve().OK() || l.Wait(context.Background()) == nil {
		t.Error("a zero Limiter allows something")
	}
	l.SetLimit(1e9)
	l.SetBurst(5)
	for end := time.Now().Add(time.Minute); !l.Allow(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing is allowed later either")
		}
	}
}

// TestLimiterReserve: the numbers of x/time/rate's documentation.
func TestLimiterReserve(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		now := time.Now()
		l := primitives.NewLimiter(10, 2, opt)
		if l.ReserveN(now, 3).OK() {
			t.Error("more than burst reserved")
		}
		var rs []*primitives.Reservation
		for i, want := range []time.Duration{0, 0, 100, 200, 300} {
			r := l.ReserveN(now, 1)
			if d := r.DelayFrom(now).Round(time.Millisecond); !r.OK() || d != want*time.Millisecond {
				t.Errorf("reservation %d: %v, want %v", i, d, want*time.Millisecond)
			}
			rs = append(rs, r)
		}
		if n := l.TokensAt(now); math.Abs(n+3) > 1e-6 {
			t.Errorf("%v tokens, want -3", n)
		}
		if l.AllowN(now.Add(300*time.Millisecond), 1) {
			t.Error("allowed what is reserved")
		}
		rs[4].CancelAt(now)
		if d := l.ReserveN(now, 1).DelayFrom(now).Round(time.Millisecond); d != 300*time.Millisecond {
			t.Errorf("after a cancellation %v, want 300ms", d)
		}
		rs[0].CancelAt(now.Add(time.Second)) // too late
		if n := l.TokensAt(now); math.Abs(n+3) > 1e-6 {
			t.Errorf("%v tokens, want -3", n)
		}
		l.SetLimitAt(now, 20)
		if d := l.ReserveN(now, 1).DelayFrom(now).Round(time.Millisecond); d != 200*time.Millisecond {
			t.Errorf("at twice the rate %v, want 200ms", d)
		}
		if primitives.Every(100*time.Millisecond) != 10 || primitives.Every(0) != primitives.Inf {
			t.Error("Every is wrong")
		}
	})
}

func TestLimiterWait(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewLimiter(1000, 1, opt)
		begin := time.Now()
		for range 6 {
			if err := l.Wait(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took < 5*time.Millisecond-time.Microsecond {
			t.Errorf("6 events took %v, want 5ms", took)
		}
		slow := primitives.NewLimiter(primitives.Every(time.Hour), 1, opt)
		if err := slow.WaitN(context.Background(), 2); err == nil {
			t.Error("waited for more than burst")
		}
		if err := slow.Wait(context.Background()); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		if err := slow.Wait(ctx); err == nil || ctx.Err() != nil {
			t.Errorf("%v, %v: waited beyond the deadline", err, ctx.Err())
		}
		cancel()
		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(5*time.Millisecond, cancel)
		before := slow.Tokens()
		if err := slow.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want %v", err, context.Canceled)
		}
		if after := slow.Tokens(); math.Abs(after-before) > 0.5 {
			t.Errorf("%v tokens, before the cancelled Wait %v", after, before)
		}
		if err := slow.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want %v at once", err, context.Canceled)
		}
	})
}

func ExampleLimiter() {
	l := primitives.NewLimiter(primitives.Every(time.Hour), 3) // one an hour, three at once
	for range 5 {
		fmt.Print(l.Allow(), " ")
	}
	// Output: true true true false false
}

func ExampleLimiter_Reserve() {
	l := primitives.NewLimiter(primitives.Every(time.Hour), 1)
	l.Allow()
	r := l.Reserve()
	fmt.Println(r.Delay().Round(time.Minute))
	r.Cancel()
	// Output: 1h0m0s
}

func ExampleLimit() {
	l := primitives.NewLimiter(primitives.Limit(200), 20) // 200 a second
	fmt.Println(l.Limit() == primitives.Every(5*time.Millisecond))
	// Output: true
}

// Work that can wait a little is done later, and that which can't is given up.
func ExampleReservation() {
	l := primitives.NewLimiter(primitives.Every(10*time.Millisecond), 1)
	now := time.Now()
	for range 4 {
		r := l.ReserveN(now, 1)
		if delay := r.DelayFrom(now); delay > 25*time.Millisecond {
			r.CancelAt(now) // others may have it
			fmt.Println("given up")
		} else {
			fmt.Println("in", delay.Round(time.Millisecond))
		}
	}
	// Output:
	// in 0s
	// in 10ms
	// in 20ms
	// given up
}
