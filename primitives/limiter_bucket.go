package primitives

import (
	"fmt"
	"math"
	"time"
)

// A Limit is a rate: events in a second. 0 allows none.
type Limit float64

// Inf is the Limit that allows all events, whatever the burst.
const Inf = Limit(math.MaxFloat64)

// Every returns the Limit of one event in each interval.
func Every(interval time.Duration) Limit {
	if interval <= 0 {
		return Inf
	}
	return 1 / Limit(interval.Seconds())
}

// InfDuration is what a Reservation that is not OK returns for a delay.
const InfDuration = time.Duration(math.MaxInt64)

// duration returns how long it takes for tokens to arrive.
func (r Limit) duration(tokens float64) time.Duration {
	if r <= 0 {
		return InfDuration
	}
	if ns := tokens / float64(r) * float64(time.Second); ns < float64(InfDuration) {
		return time.Duration(ns)
	}
	return InfDuration
}

// count returns how many tokens arrive in a time.
func (r Limit) count(d time.Duration) float64 {
	if r <= 0 || d == 0 { // or infinitely many would be NaN
		return 0
	}
	return d.Seconds() * float64(r)
}

// Tokens are in the bucket, or on CPUs, which were lent some. Nobody tells when those
// are used: only how many are left is known, at the moment when it is looked at. To
// be sure not to count more than one bucket would, the bucket takes all that were used
// since it last looked as used just now: it holds no more than burst less what CPUs
// had then.

// All of the following want l.mu.

// since returns a time as one after epoch.
func (l *Limiter) since(t time.Time) time.Duration {
	if l.epoch.IsZero() {
		if l.epoch = t; t.IsZero() { // a test's clock may begin there
			l.epoch = t.Add(-1)
		}
	}
	return t.Sub(l.epoch)
}

// held returns how many tokens CPUs hold. It must come before the time is looked at.
func (l *Limiter) held() int64 {
	if l.purse.state != purseOpen || l.limit == Inf { // then nobody counts
		return 0
	}
	return int64(l.purse.cell.Cell().Sum())
}

// tokensAt returns how many tokens are in the bucket at a time.
func (l *Limiter) tokensAt(now time.Duration) float64 {
	tokens := l.tokens
	if now > l.last {
		tokens += l.limit.count(now - l.last)
	}
	return min(tokens, float64(int64(l.burst)-l.lent))
}

// look returns how many tokens CPUs hold, and the time at t, or now.
func (l *Limiter) look(t *time.Time) (held int64, now time.Duration) {
	held = l.held()
	if t == nil {
		t := time.Now()
		return held, l.since(t)
	}
	return held, l.since(*t)
}

// count makes the bucket hold tokens at a time.
func (l *Limiter) count(now time.Duration, tokens float64, held int64) {
	l.tokens, l.lent, l.last = tokens, held, max(l.last, now)
}

// callBack counts the tokens, and puts what CPUs hold in the bucket.
func (l *Limiter) callBack(now time.Duration, held int64) {
	l.count(now, l.tokensAt(now), held)
	if tokens := l.purse.collect(); l.limit != Inf {
		l.tokens += float64(tokens)
	}
	l.lent = 0
}

// settle has all tokens in the bucket, and forgets what follows from limit and burst.
func (l *Limiter) settle(t *time.Time) (now time.Duration) {
	l.noneUntil.Store(0)
	held, now := l.look(t)
	l.callBack(now, held)
	return now
}

// lend gives tokens to the caller's CPU, if there are enough.
func (l *Limiter) lend() {
	lot := share(int64(l.burst))
	if l.limit == Inf {
		lot = share(math.MaxInt64)
	}
	if lot < 2 {
		return
	}
	if l.purse.state != purseOpen {
		if l.tokens*2 < float64(l.burst) && l.limit != Inf || !l.purse.ready() {
			return
		}
		l.noneUntil.Store(0)
		l.purse.open()
	}
	switch {
	case l.limit == Inf:
		l.purse.lend(lot)
	case l.tokens >= float64(lot) && l.purse.lend(lot):
		l.tokens -= float64(lot)
		l.lent += lot
	}
}

// reserve reserves n events at t, or now if it is nil, if that means waiting no longer
// than patience. It takes the lock itself.
func (l *Limiter) reserve(t *time.Time, n int, patience time.Duration) Reservation {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.purse.state == purseNew {
		l.purse.ready() // which may panic, so it comes before anything is changed
	}
	held, now := l.look(t)
	r := Reservation{l: l, n: n, at: now, limit: l.limit}
	if l.limit == Inf {
		r.ok = true
		l.lend()
		return r
	}
	if n > l.burst {
		return r
	}
	tokens := l.tokensAt(now)
	if tokens < float64(n) && l.purse.state == purseOpen {
		l.callBack(now, held)
		held, tokens = 0, l.tokens
	}
	left := tokens - float64(n)
	if left < 0 {
		wait := l.limit.duration(-left)
		if wait > patience {
			if t == nil && tokens < 1 && n > 0 {
				l.noneUntil.Store(max(int64(later(now, l.limit.duration(1-tokens))), 1))
			}
			return r
		}
		r.at = later(now, wait)
	}
	r.ok = true
	l.count(now, left, held)
	l.event = r.at
	l.lend()
	return r
}

// later returns t plus d, or InfDuration if that is too long.
func later(t, d time.Duration) time.Duration {
	if t > InfDuration-d {
		return InfDuration
	}
	return t + d
}

// waitError says why a WaitN reserved nothing.
func (l *Limiter) waitError(n int) error {
	if burst := l.Burst(); n > burst && l.Limit() != Inf {
		return fmt.Errorf("percpu: Limiter.WaitN(%d) exceeds the burst of %d", n, burst)
	}
	return fmt.Errorf("percpu: Limiter.WaitN(%d) would exceed the context's deadline", n)
}
