package peers

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows.
const (
	TimeRate     = "x/time/rate"
	AtomicUint64 = "atomic.Uint64"
	MutexQuota   = "mutex+int64"
	ChannelQuota = "channel"
	AtomicQuota  = "CAS loop, bounded"
	AtomicMax    = "CAS loop, maximum"
)

// limitRows are of types that limit, and of what else is done to one word and looked
// at: two things at once to a Quota, take and put.
var limitRows = []string{"limiter", "ids", "quota", "max"}

func openLimits(h Host, name string) ([]*Contender, []Target) {
	switch name {
	case "limiter":
		return limiters(h), costTargets("Limiter.Allow / x/time/rate", TimeRate, sides{0.2, 0.1}, sides{})
	case "ids":
		return idMakers(h), costTargets("IDs.Next / atomic.Uint64.Add", AtomicUint64, sides{1.2, 0.35}, sides{})
	case "quota":
		return quotas(h), slices.Concat(
			costTargets("Quota TryTake+Put / mutex", MutexQuota, sides{1, 0.35}, sides{1, 1}),
			costTargets("Quota TryTake+Put / channel", ChannelQuota, sides{0.5, 0.2}, sides{1, 1}))
	}
	return maxima(h), nil
}

// A rate that no loop here exhausts, and a burst that some do if they are held up.
const (
	manyEvents = 1e12
	largeBurst = 1 << 20
)

// allowed wants every event to have been allowed.
func allowed(refused *atomic.Int64) func(done int64) error {
	return func(done int64) error {
		if n := refused.Load(); n != 0 {
			return fmt.Errorf("%d of %d were refused", n, done)
		}
		return nil
	}
}

func limiters(h Host) (contenders []*Contender) {
	for _, b := range h.backends() {
		limiters := newByThreads(func() *primitives.Limiter {
			return primitives.NewLimiter(manyEvents, largeBurst, primitives.WithBackend(b.backend))
		})
		refused := new(atomic.Int64)
		contenders = append(contenders, contend(Ours, b.name, func(_, n int) {
			l := limiters.now
			for range n {
				if !l.Allow() {
					refused.Add(1)
				}
			}
		}, allowed(refused)).prepared(limiters.prepare))
	}
	l, refused := rate.NewLimiter(manyEvents, largeBurst), new(atomic.Int64)
	return append(contenders, contend(Peer, TimeRate, func(_, n int) {
		for range n {
			if !l.Allow() {
				refused.Add(1)
			}
		}
	}, allowed(refused)))
}

// idMakers draw numbers. That ours are all different is for tests to look at.
func idMakers(h Host) (contenders []*Contender) {
	none := func(int64) error { return nil }
	for _, b := range h.backends() {
		makers := newByThreads(func() *primitives.IDs { return primitives.NewIDs(primitives.WithBackend(b.backend)) })
		contenders = append(contenders, contend(Ours, b.name, func(_, n int) {
			ids := makers.now
			for range n {
				ids.Next()
			}
		}, none).prepared(makers.prepare))
	}
	c := &new(padded[atomic.Uint64]).v
	return append(contenders, contend(Peer, AtomicUint64, func(_, n int) {
		for range n {
			c.Add(1)
		}
	}, func(done int64) error {
		if got := c.Load(); got != uint64(done) {
			return fmt.Errorf("counted %d of %d", got, done)
		}
		return nil
	}))
}

const quotaLimit = 1000

func quotas(h Host) (contenders []*Contender) {
	for _, b := range h.backends() {
		contenders = append(contenders, contendQuota(b))
	}
	channel := make(chan struct{}, quotaLimit)
	refused := new(atomic.Int64)
	return append(contenders,
		contendTaker(MutexQuota, &new(padded[mutexQuota]).v),
		contendTaker(AtomicQuota, &new(padded[atomicQuota]).v),
		contend(Peer, ChannelQuota, func(_, n int) {
			for range n {
				select {
				case channel <- struct{}{}:
					<-channel
				default:
					refused.Add(1)
				}
			}
		}, allowed(refused)))
}

type tryTaker interface {
	TryTake(n int64) bool
	Put(n int64)
}

func contendQuota(b namedBackend) *Contender {
	all := newByThreads(func() *primitives.Quota { return primitives.NewQuota(quotaLimit, primitives.WithBackend(b.backend)) })
	refused := new(atomic.Int64)
	return contend(Ours, b.name, func(_, n int) {
		q := all.now
		for range n {
			if q.TryTake(1) {
				q.Put(1)
			} else {
				refused.Add(1)
			}
		}
	}, func(done int64) error {
		for _, q := range all.all {
			if q.InUse() != 0 {
				return fmt.Errorf("%d in use", q.InUse())
			}
		}
		return allowed(refused)(done)
	}).prepared(all.prepare)
}

// contendTaker makes a peer of a type with one word, whose methods inline.
func contendTaker[T any, P interface {
	*T
	tryTaker
}](name string, q P) *Contender {
	refused := new(atomic.Int64)
	return contend(Peer, name, func(_, n int) {
		for range n {
			if q.TryTake(1) {
				q.Put(1)
			} else {
				refused.Add(1)
			}
		}
	}, allowed(refused))
}

type mutexQuota struct {
	mu  sync.Mutex
	out int64
}

func (q *mutexQuota) TryTake(n int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.out+n > quotaLimit {
		return false
	}
	q.out += n
	return true
}

func (q *mutexQuota) Put(n int64) {
	q.mu.Lock()
	q.out -= n
	q.mu.Unlock()
}

type atomicQuota struct{ out atomic.Int64 }

func (q *atomicQuota) TryTake(n int64) bool {
	for {
		out := q.out.Load()
		if out+n > quotaLimit {
			return false
		}
		if q.out.CompareAndSwap(out, out+n) {
			return true
		}
	}
}

func (q *atomicQuota) Put(n int64) { q.out.Add(-n) }

// maxima observe numbers that rise all the time: where they don't, one word that is
// only read is as good.
func maxima(h Host) (contenders []*Contender) {
	none := func(int64) error { return nil }
	for _, b := range h.backends() {
		all := newByThreads(func() *primitives.Max { return primitives.NewMax(primitives.WithBackend(b.backend)) })
		rising := make([]padded[float64], 256)
		contenders = append(contenders, contend(Ours, b.name, func(thread, n int) {
			m, v := all.now, rising[thread].v
			for range n {
				v++
				m.Observe(v)
			}
			rising[thread].v = v
		}, none).prepared(all.prepare))
	}
	c, rising := &new(padded[casMax]).v, make([]padded[float64], 256)
	return append(contenders, contend(Peer, AtomicMax, func(thread, n int) {
		v := rising[thread].v
		for range n {
			v++
			c.Observe(v)
		}
		rising[thread].v = v
	}, none))
}

// casMax is the largest number, in an atomic word.
type casMax struct{ bits atomic.Uint64 }

func (m *casMax) Observe(v float64) {
	for {
		old := m.bits.Load()
		if v <= math.Float64frombits(old) || m.bits.CompareAndSwap(old, math.Float64bits(v)) {
			return
		}
	}
}
