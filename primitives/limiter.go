package primitives

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// A Limiter allows events at a rate, and up to burst of them at once: a token bucket
// that holds burst tokens, is full at first, and gets Limit of them in a second. It has
// the methods of golang.org/x/time/rate's Limiter, with the same meaning, for where
// many goroutines ask, and most are allowed: they find tokens on their CPU, and ask
// neither a lock nor the clock.
//
// It is not for events that seldom are allowed: to refuse one costs as much as to look
// at the clock, which may well be what that package's costs. For how much is out at
// once see Quota.
//
// In no interval more events are allowed than the bucket allows. CPUs hold tokens, at
// most a quarter of burst in all, and call them back before one refuses; those that
// arrive while the bucket is nearly full may be forgotten, as many as CPUs hold. So
// where a mutex would allow burst events after a pause, three quarters of that is sure.
// A Limiter whose burst is less than eight for each CPU, or whose backend has no
// sections, is as exact as that package's.
//
// Times that methods get should be those of one clock, in any order: tokens are counted
// up to the latest, and before that none arrives again.
//
// The zero value refuses everything, as its limit is 0. A Limiter must not be copied
// after first use. It costs 216 bytes, and 8 on each CPU that uses it.
//
// In the terminology of the Go memory model the methods that allow, reserve, wait or
// set are writes, the others reads, and none synchronizes.
type Limiter struct {
	_     noCopy
	purse purse // first: slow paths get its address

	// Until this time after epoch there will be no token, or 0. While it is not 0,
	// the purse is closed, and epoch doesn't change.
	noneUntil atomic.Int64

	_      [64]byte // what is before is read by all
	mu     sync.Mutex
	epoch  time.Time     // what times are after; zero: nothing was asked yet
	limit  Limit         // tokens in a second
	burst  int           // tokens at most
	tokens float64       // in the bucket, less than 0 if they are reserved
	lent   int64         // tokens that CPUs held at last
	last   time.Duration // when tokens were counted
	event  time.Duration // the last that was allowed or reserved, by the bucket
}

// NewLimiter returns a limiter that allows events at rate r, and burst at once.
func NewLimiter(r Limit, burst int, opts ...Option) *Limiter {
	l := &Limiter{limit: r, burst: burst, tokens: float64(burst)}
	l.purse.want = collect(opts).backend
	return l
}

// Allow reports whether an event may happen now.
func (l *Limiter) Allow() bool { return l.purse.cell.Take(1, allowSlow) }

// AllowN reports whether n events may happen at time t. Use it to skip events that are
// too many, and Reserve or Wait to slow down.
func (l *Limiter) AllowN(t time.Time, n int) bool {
	if n > 0 && l.purse.cell.Take(int64(n), refuse) {
		return true
	}
	r := l.reserve(&t, n, 0)
	return r.ok
}

// refuse is the slow path of a caller that has another way.
func refuse(unsafe.Pointer, int64) bool { return false }

func allowSlow(w unsafe.Pointer, n int64) bool {
	l := (*Limiter)(w)
	if until := l.noneUntil.Load(); until != 0 && int64(time.Since(l.epoch)) < until {
		return false
	}
	r := l.reserve(nil, int(n), 0)
	return r.ok
}

// Reserve is ReserveN of one event now.
func (l *Limiter) Reserve() *Reservation { return l.ReserveN(time.Now(), 1) }

// ReserveN reserves n events, and returns a Reservation that says how long after t
// they may happen. Use it to slow down. If its OK is false, n is more than burst, and
// nothing is reserved.
func (l *Limiter) ReserveN(t time.Time, n int) *Reservation {
	r := l.reserve(&t, n, InfDuration)
	return &r
}

// Wait is WaitN of one event.
func (l *Limiter) Wait(ctx context.Context) error { return l.WaitN(ctx, 1) }

// WaitN waits until n events may happen. It returns an error, and reserves nothing, if n
// is more than burst, if ctx is done, or if it would be before they may.
func (l *Limiter) WaitN(ctx context.Context, n int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	if n > 0 && l.purse.cell.Take(int64(n), refuse) {
		return nil
	}
	now := time.Now()
	patience := InfDuration
	if deadline, ok := ctx.Deadline(); ok {
		patience = deadline.Sub(now)
	}
	r := l.reserve(&now, n, patience)
	if !r.ok {
		return l.waitError(n)
	}
	delay := r.DelayFrom(now)
	if delay == 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		r.Cancel() // others may have them
		return ctx.Err()
	}
}

// Limit returns the rate.
func (l *Limiter) Limit() Limit {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limit
}

// Burst returns how many events may happen at once.
func (l *Limiter) Burst() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.burst
}

// SetLimit is SetLimitAt now.
func (l *Limiter) SetLimit(r Limit) { l.SetLimitAt(time.Now(), r) }

// SetLimitAt sets the rate from t on. Reservations are not changed.
func (l *Limiter) SetLimitAt(t time.Time, r Limit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle(&t)
	l.limit = r
}

// SetBurst is SetBurstAt now.
func (l *Limiter) SetBurst(burst int) { l.SetBurstAt(time.Now(), burst) }

// SetBurstAt sets how many events may happen at once from t on.
func (l *Limiter) SetBurstAt(t time.Time, burst int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle(&t)
	l.burst = burst
}

// Tokens is TokensAt now.
func (l *Limiter) Tokens() float64 { return l.TokensAt(time.Now()) }

// TokensAt returns how many events could happen at t, less than 0 if more are reserved.
func (l *Limiter) TokensAt(t time.Time) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := l.held()
	return l.tokensAt(l.since(t)) + float64(held)
}
