package primitives

import "sync"

// semaphore counts permits that goroutines wait for, parked. The zero value has
// none. Permits may be released before they are waited for.
type semaphore struct {
	mu      sync.Mutex
	cond    sync.Cond
	permits int64 // under mu
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
	for s.permits == 0 {
		s.cond.Wait()
	}
	s.permits--
	s.mu.Unlock()
}

// release adds n permits.
func (s *semaphore) release(n int64) {
	s.lock()
	s.permits += n
	if n == 1 {
		s.cond.Signal()
	} else {
		s.cond.Broadcast()
	}
	s.mu.Unlock()
}
