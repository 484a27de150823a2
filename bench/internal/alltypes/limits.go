package alltypes

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/primitives"
)

func useQuota(q *primitives.Quota) error {
	var refused atomic.Int64
	together(func() {
		if !q.TryTake(1) {
			refused.Add(1)
			return
		}
		q.Put(1)
	})
	return errors.Join(
		want("Quota.TryTake, refusals without need", refused.Load(), 0),
		want("Quota.TryTake of all", q.TryTake(threads), true),
		want("Quota.TryTake of more", q.TryTake(1), false),
	)
}

// useLimiter uses one whose rate is 0.
func useLimiter(l *primitives.Limiter) error {
	var allowed atomic.Int64
	together(func() {
		if l.Allow() {
			allowed.Add(1)
		}
	})
	return want("Limiter.Allow", allowed.Load(), int64(l.Burst()))
}

func useIDs(ids *primitives.IDs) error {
	var seen sync.Map
	var twice atomic.Int64
	together(func() {
		if _, there := seen.LoadOrStore(ids.Next(), true); there {
			twice.Add(1)
		}
	})
	return want("IDs.Next, numbers that came twice", twice.Load(), 0)
}

func useMaxAndMin(largest *primitives.Max, smallest *primitives.Min) error {
	var n atomic.Int64
	together(func() {
		v := float64(n.Add(1))
		largest.Observe(v)
		smallest.Observe(v)
	})
	hi, _ := largest.Reset()
	lo, _ := smallest.Reset()
	return errors.Join(want("Max.Reset", hi, threads*each), want("Min.Reset", lo, 1))
}
