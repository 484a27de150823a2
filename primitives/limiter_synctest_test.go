//go:build go1.25

package primitives_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// TestLimiterInBubble: time is the bubble's, to the nanosecond, also for a Limiter that
// was used outside of it, and nothing stays behind.
func TestLimiterInBubble(t *testing.T) {
	outside := primitives.NewLimiter(10, 1)
	outside.Allow()
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		synctest.Test(t, func(t *testing.T) {
			l := primitives.NewLimiter(10, 3, opt)
			q := primitives.NewQuota(2, opt)
			begin := time.Now()
			for range 13 {
				if err := l.Wait(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			if took := time.Since(begin).Round(time.Microsecond); took != time.Second {
				t.Errorf("13 events took %v, want 1s", took)
			}
			if l.Allow() {
				t.Error("one more was allowed")
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			go func() {
				time.Sleep(20 * time.Millisecond)
				cancel()
			}()
			if err := l.Wait(ctx); err != context.Canceled {
				t.Errorf("%v, want %v", err, context.Canceled)
			}
			time.Sleep(time.Hour)
			if n := allowedNow(l); n != 3 {
				t.Errorf("%d allowed after an hour, want 3", n)
			}
			if !q.TryTake(2) || q.TryTake(1) {
				t.Error("Quota")
			}
			q.Put(2)
			outside.Allow()
			outside.Tokens()
		})
	})
}
