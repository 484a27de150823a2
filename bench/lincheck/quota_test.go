package lincheck

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestQuota: never over the limit, and no refusal without need, on each backend: with
// quotas that are new, and with such as have let CPUs hold tokens, where they can.
func TestQuota(t *testing.T) {
	for _, candidate := range primitives.Candidates() {
		b, err := candidate.Open()
		if err != nil {
			t.Logf("no %s backend: %v", candidate.Name, err)
			continue
		}
		for _, limit := range []int64{3, 40} {
			t.Run(fmt.Sprintf("backend=%s/limit=%d", b.Name(), limit), func(t *testing.T) {
				var made atomic.Int64
				Check(t, QuotaScenario(2, 10, limit, func() Quota {
					q := primitives.NewQuota(limit, primitives.WithBackend(b))
					if made.Add(1)%4 != 0 {
						for range 200 { // with all but certainty it has spread then
							q.TryTake(1)
							q.Put(1)
						}
					}
					return q
				}), Histories(t))
			})
		}
	}
}

// hastyQuota has a bug: it looks, and then takes.
type hastyQuota struct{ out, limit atomic.Int64 }

func (q *hastyQuota) TryTake(n int64) bool {
	if q.out.Load()+n > q.limit.Load() {
		return false
	}
	runtime.Gosched()
	q.out.Add(n)
	return true
}

func (q *hastyQuota) Put(n int64) { q.out.Add(-n) }

func TestHastyQuotaIsFound(t *testing.T) {
	Find(t, QuotaScenario(2, 10, 3, func() Quota {
		q := new(hastyQuota)
		q.limit.Store(3)
		return q
	}))
}

// timidQuota has a bug: for a moment tokens that are put back are nowhere, as if they
// were on the way from one CPU to another.
type timidQuota struct{ hidden, out atomic.Int64 }

func (q *timidQuota) TryTake(n int64) bool {
	for {
		out := q.out.Load()
		if out+n > 3 {
			return false
		}
		if q.out.CompareAndSwap(out, out+n) {
			return true
		}
	}
}

// Put returns before others can take.
func (q *timidQuota) Put(n int64) {
	if q.hidden.Add(n) >= 2 {
		q.out.Add(-q.hidden.Swap(0))
	}
}

func TestTimidQuotaIsFound(t *testing.T) {
	Find(t, QuotaScenario(2, 10, 3, func() Quota { return new(timidQuota) }))
}
