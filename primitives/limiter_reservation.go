package primitives

import "time"

// A Reservation is what a Limiter's Reserve returns: events that may happen after a
// delay. It may be cancelled, and then others may happen earlier.
type Reservation struct {
	ok    bool
	l     *Limiter
	n     int           // events
	at    time.Duration // when they may happen, after the limiter's epoch
	limit Limit         // as it was then
}

// OK reports whether the events may happen. If not, Delay returns InfDuration, and
// Cancel does nothing.
func (r *Reservation) OK() bool { return r.ok }

// Delay is DelayFrom now.
func (r *Reservation) Delay() time.Duration { return r.DelayFrom(time.Now()) }

// DelayFrom returns how long after t the events may happen; 0 is at once.
func (r *Reservation) DelayFrom(t time.Time) time.Duration {
	if !r.ok {
		return InfDuration
	}
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	return max(r.at-r.l.since(t), 0)
}

// Cancel is CancelAt now.
func (r *Reservation) Cancel() { r.CancelAt(time.Now()) }

// CancelAt says at time t that the events will not happen, and gives back what others
// have not been made to wait for already.
func (r *Reservation) CancelAt(t time.Time) {
	if !r.ok {
		return
	}
	l := r.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limit == Inf || r.n == 0 || r.at < l.since(t) {
		return
	}
	// Those that were reserved later wait for these all the same.
	back := float64(r.n) - r.limit.count(l.event-r.at)
	if back <= 0 {
		return
	}
	now := l.settle(&t)
	l.tokens = min(l.tokens+back, float64(l.burst))
	if r.at == l.event {
		if before := r.at - r.limit.duration(float64(r.n)); before >= now {
			l.event = before
		}
	}
}
