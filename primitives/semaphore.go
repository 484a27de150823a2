package primitives

import (
	"sync"
	"sync/atomic"
)

// semaphore counts permits that goroutines wait for, parked. The zero value has
// none. Permits may be released before they are waited for.
type semaphore struct {
	mu      sync.Mutex
	cond    sync.Cond
	permits atomic.Int64 // under mu; atomic for the race detector, which may be told to overlook mu
}

func (s *semaphore) lock() {
	s.mu.Lock()
	if s.cond.L == nil {
		s.cond.L = &s.mu
	}
}

// acquire waits for a permit and takes it.
func (s *semaphore) acquire() {
	s.lock()
	for s.permits.Load() == 0 {
		s.cond.Wait()
	}
	s.permits.Add(-1)
	s.mu.Unlock()
}

// release adds n permits.
func (s *semaphore) release(n int64) {
	s.lock()
	s.permits.Add(n)
	if n == 1 {
		s.cond.Signal()
	} else {
		s.cond.Broadcast()
	}
	s.mu.Unlock()
}
