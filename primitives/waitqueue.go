package primitives

import (
	"sync"
	"unsafe"
)

// waitQueue is where goroutines wait for locks of ours that are bits of some word.
// The zero value is empty. It must not be copied.
//
// One queue may serve many locks, which differ by their keys: addresses that the
// queue keeps alive while somebody waits there. A lock tells by a bit beside its
// own whether somebody waits. That bit changes, and the lock passes from one to
// another, while the queue is locked:
//
//	to lock, when the word has been looked at in vain:
//		w := newWaiter()
//		for {
//			q.lock()
//			if the lock is free, take it: q.unlock(), w.free(), return
//			set the waiting bit; if the word has changed: q.unlock(), continue
//			q.add(w, key)
//			q.unlock()
//			if w.park() { w.free(), return: the lock is ours }
//		}
//
//	to unlock, if the waiting bit is set, which nobody else changes meanwhile but
//	with the queue locked:
//		q.lock()
//		w, more := q.take(key)
//		hand := w.starving()
//		store the word: locked if hand, waiting if more
//		q.unlock()
//		w.wake(hand)
//
// So a lock is for whoever comes first, as one that is handed to a goroutine that
// must be woken is idle until then; but a waiter that was woken in vain a few times
// is handed it. sync.Mutex does so after a millisecond. Counting needs no clock,
// which in a bubble of testing/synctest may stand still.
//
// Each waiter sleeps on a sync.Mutex of its own. Sleeping for us is thereby what
// sleeping for a sync.Mutex is, to testing/synctest, to deadlock detection, to
// profiles; it belongs to no bubble, and whoever sleeps was awake for a moment
// before, if there was a CPU to spare.
type waitQueue struct {
	mu          sync.Mutex
	first, last *waiter
}

// waiter is a goroutine that waits.
type waiter struct {
	mu   sync.Mutex // locked, but from wake to the return of park
	next *waiter
	key  unsafe.Pointer

	handed bool // by wake
	added  int  // how often to a queue
}

// starveAfter is how often a waiter is woken in vain before it is handed a lock: so
// seldom that the lock is given away as often as a sync.Mutex is.
const starveAfter = 2

var waiters = sync.Pool{New: func() any {
	w := new(waiter)
	w.mu.Lock()
	return w
}}

// newWaiter returns a waiter for one wait, after which it is to be freed.
func newWaiter() *waiter {
	raceDisable()
	w := waiters.Get().(*waiter)
	raceEnable()
	return w
}

// free gives back a waiter that is in no queue.
//
//go:norace
func (w *waiter) free() {
	w.key, w.handed, w.added = nil, false, 0
	raceDisable()
	waiters.Put(w)
	raceEnable()
}

// lock locks the queue, for a moment. To the race detector it orders nothing, or it
// would order a reader of a lock after another.
func (q *waitQueue) lock() {
	raceDisable()
	q.mu.Lock()
	raceEnable()
}

func (q *waitQueue) unlock() {
	raceDisable()
	q.mu.Unlock()
	raceEnable()
}

// add makes w wait for the lock of that key: as the last, or as the first if it
// has waited before. The queue must be locked. park comes next.
//
//go:norace
func (q *waitQueue) add(w *waiter, key unsafe.Pointer) {
	w.key = key
	w.added++
	switch {
	case q.last == nil:
		q.first, q.last = w, w
	case w.added > 1:
		w.next, q.first = q.first, w
	default:
		q.last.next, q.last = w, w
	}
}

// take removes the first that waits for the lock of that key, and reports whether
// there are more. It returns nil if there is none. The queue must be locked. wake
// comes next.
//
//go:norace
func (q *waitQueue) take(key unsafe.Pointer) (w *waiter, more bool) {
	var before *waiter
	for w = q.first; w != nil && w.key != key; w = w.next {
		before = w
	}
	if w == nil {
		return nil, false
	}
	if before == nil {
		q.first = w.next
	} else {
		before.next = w.next
	}
	if q.last == w {
		q.last = before
	}
	for other := w.next; other != nil && !more; other = other.next {
		more = other.key == key
	}
	w.next = nil
	return w, more
}

// starving reports whether w, just taken, has waited so often that it should be
// handed the lock. The queue must be locked.
//
//go:norace
func (w *waiter) starving() bool { return w.added > starveAfter }

// park sleeps until wake, and returns what that was given. The queue must not be
// locked.
//
//go:norace
func (w *waiter) park() (handed bool) {
	w.mu.Lock()
	return w.handed
}

// wake ends the sleep of w, and tells it whether the lock is its own. It
// synchronizes before the return of park. The queue need not be locked.
//
//go:norace
func (w *waiter) wake(handed bool) {
	w.handed = handed
	w.mu.Unlock()
}
