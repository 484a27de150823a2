package primitives

// semaphore counts permits that goroutines wait for, first come, first served. A
// release hands its permits to those that wait and keeps the rest, so permits may
// be released before they are waited for. The zero value has none. It must not be
// copied.
//
// To the race detector, and in the Go memory model, a release synchronizes before
// the return of an acquire that waited for it; nothing else is ordered.
type semaphore struct {
	waiting waitQueue
	permits int64 // that nobody waits for; under waiting's lock
}

// acquire takes a permit, and waits for it if there is none.
//
//go:norace
func (s *semaphore) acquire() {
	s.waiting.lock()
	if s.permits > 0 {
		s.permits--
		s.waiting.unlock()
		return
	}
	w := newWaiter()
	s.waiting.add(w, nil)
	s.waiting.unlock()
	w.park()
	w.free()
}

// release adds n permits.
//
//go:norace
func (s *semaphore) release(n int64) {
	var woken, last *waiter
	s.waiting.lock()
	for ; n > 0; n-- {
		w, _ := s.waiting.take(nil)
		if w == nil {
			s.permits += n
			break
		}
		if last == nil {
			woken = w
		} else {
			last.next = w
		}
		last = w
	}
	s.waiting.unlock()
	for woken != nil {
		w := woken
		woken, w.next = w.next, nil // it may be in another queue once it is awake
		w.wake(true)
	}
}
