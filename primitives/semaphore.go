package primitives

import (
	"sync"
	"sync/atomic"
)

// semaphore counts permits that goroutines wait for: a moment awake, as locks
// are mostly held for less than it takes to park and to be woken, and then
// parked. The zero value has none. Permits may be released before they are
// waited for.
type semaphore struct {
	permits atomic.Int64
	parked  atomic.Int64 // goroutines that wait or are about to
	mu      sync.Mutex
	cond    sync.Cond
}

// awake is how often acquire looks before it parks: for about as long as a
// sync.Mutex waits awake, a microsecond or two.
const awake = 2000

// acquire waits for a permit and takes it.
func (s *semaphore) acquire() {
	for range awake {
		if s.take() {
			return
		}
	}
	s.mu.Lock()
	if s.cond.L == nil {
		s.cond.L = &s.mu
	}
	// release adds permits and then looks here; we do it the other way about, so
	// one of us sees the other.
	s.parked.Add(1)
	for !s.take() {
		s.cond.Wait()
	}
	s.parked.Add(-1)
	s.mu.Unlock()
}

func (s *semaphore) take() bool {
	n := s.permits.Load()
	return n > 0 && s.permits.CompareAndSwap(n, n-1)
}

// release adds n permits.
func (s *semaphore) release(n int64) {
	s.permits.Add(n)
	if s.parked.Load() > 0 {
		s.mu.Lock() // whoever is about to park holds it until it has parked
		s.cond.Broadcast()
		s.mu.Unlock()
	}
}
