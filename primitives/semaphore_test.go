package primitives

import (
	"runtime"
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
	if s.permits != 0 || s.waiting.first != nil || s.waiting.last != nil {
		t.Errorf("%d permits are left, and in the queue %p to %p", s.permits, s.waiting.first, s.waiting.last)
	}
}

// TestSemaphoreOrder: first come, first served.
func TestSemaphoreOrder(t *testing.T) {
	const n = 10
	var s semaphore
	served := make(chan int, n)
	for i := range n {
		before := s.waiting.last // nobody else adds
		go func() {
			s.acquire()
			served <- i
		}()
		for !func() bool { s.waiting.lock(); defer s.waiting.unlock(); return s.waiting.last != before }() {
			runtime.Gosched()
		}
	}
	for i := range n {
		s.release(1)
		if got := <-served; got != i {
			t.Errorf("%d was served, it was the turn of %d", got, i)
		}
	}
}

// TestSemaphoreAllocations: waiting is free of garbage.
func TestSemaphoreAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("sync.Pool drops what it is given, to show races")
	}
	var s, back semaphore
	go func() {
		for {
			s.acquire()
			back.release(1)
		}
	}()
	if n := testing.AllocsPerRun(1000, func() { s.release(1); back.acquire() }); n >= 1 {
		t.Errorf("waiting allocates %v times", n)
	}
}
