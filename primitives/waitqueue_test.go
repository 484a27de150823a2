package primitives

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// bitLock is a lock as waitQueue describes it.
type bitLock struct {
	word  atomic.Uint64
	queue *waitQueue
}

const (
	bitLocked  = 1
	bitWaiting = 2
)

func (l *bitLock) lock() {
	if l.word.CompareAndSwap(0, bitLocked) {
		return
	}
	w := newWaiter()
	defer w.free()
	for {
		l.queue.lock()
		old := l.word.Load()
		if old&bitLocked == 0 && l.word.CompareAndSwap(old, old|bitLocked) {
			l.queue.unlock()
			return
		}
		if old&bitLocked == 0 || !l.word.CompareAndSwap(old, old|bitWaiting) {
			l.queue.unlock()
			continue
		}
		l.queue.add(w, unsafe.Pointer(l))
		l.queue.unlock()
		if w.park() {
			return
		}
	}
}

func (l *bitLock) unlock() {
	if l.word.CompareAndSwap(bitLocked, 0) {
		return
	}
	l.queue.lock()
	w, more := l.queue.take(unsafe.Pointer(l))
	hand := w.starving()
	word := uint64(0)
	if hand {
		word |= bitLocked
	}
	if more {
		word |= bitWaiting
	}
	l.word.Store(word)
	l.queue.unlock()
	w.wake(hand)
}

// TestWaitQueue: locks that share a queue exclude, each its own goroutines.
func TestWaitQueue(t *testing.T) {
	const goroutines, rounds = 12, 3000
	var q waitQueue
	locks := []*bitLock{{queue: &q}, {queue: &q}, {queue: &q}}
	counts := make([]int, len(locks))
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range rounds {
				which := (g + i/64) % len(locks)
				locks[which].lock()
				counts[which]++
				if i%64 == 0 {
					runtime.Gosched() // so that others come upon the lock
				}
				locks[which].unlock()
			}
		}()
	}
	wg.Wait()
	sum := 0
	for i, l := range locks {
		if sum += counts[i]; l.word.Load() != 0 {
			t.Errorf("lock %d ends as %d", i, l.word.Load())
		}
	}
	if sum != goroutines*rounds || q.first != nil || q.last != nil {
		t.Errorf("counted to %d, want %d; in the queue %p to %p", sum, goroutines*rounds, q.first, q.last)
	}
}

// TestWaitQueueIsFair: a lock can be taken from under who was woken for it a few times,
// and then no more: it is handed over.
func TestWaitQueueIsFair(t *testing.T) {
	l, most := bitLock{queue: new(waitQueue)}, 0
	for range 50 {
		l.lock()
		got := make(chan bool)
		go func() {
			l.lock()
			close(got)
		}()
		stolen := 0
		for {
			for l.word.Load()&bitWaiting == 0 {
				runtime.Gosched()
			}
			l.unlock()
			if !l.word.CompareAndSwap(0, bitLocked) {
				break
			}
			if stolen++; stolen > starveAfter {
				t.Fatalf("the lock was taken %d times from under who waits for it", stolen)
			}
		}
		<-got
		most = max(most, stolen)
		l.unlock()
	}
	if most < starveAfter {
		t.Errorf("the lock was taken %d times at most, so nothing had to be handed over", most)
	}
}
