package primitives

import (
	"sync"
	"testing"
)

// TestSemaphore: every permit lets one goroutine go on, whoever comes first.
func TestSemaphore(t *testing.T) {
	const waiters, rounds = 8, 2000
	var s semaphore
	var wg sync.WaitGroup
	for range waiters {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range rounds {
				s.acquire()
			}
		}()
	}
	for range waiters * rounds / 4 {
		s.release(1)
		s.release(3)
	}
	wg.Wait()
	if s.take() || s.parked.Load() != 0 {
		t.Errorf("%d permits and %d parked goroutines are left", s.permits.Load(), s.parked.Load())
	}
}
