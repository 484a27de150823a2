package primitives

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
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

// TestWaitQueueIsFair: a goroutine that comes seldom gets a lock that two others
// hold nearly all the time, about as soon as it gets a sync.Mutex.
func TestWaitQueueIsFair(t *testing.T) {
	l, mu := bitLock{queue: new(waitQueue)}, sync.Mutex{}
	ours, theirs := medianWait(l.lock, l.unlock), medianWait(mu.Lock, mu.Unlock)
	t.Logf("median wait %v, for a sync.Mutex %v", ours, theirs)
	if ours > 4*theirs+2*time.Millisecond { // without handing over, two slices of time: 20 ms
		t.Errorf("median wait %v, for a sync.Mutex %v", ours, theirs)
	}
}

func medianWait(lock, unlock func()) time.Duration {
	var stop atomic.Bool
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop.Store(true)
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !stop.Load() {
				lock()
				for began := time.Now(); time.Since(began) < 10*time.Microsecond; {
				}
				unlock()
			}
		}()
	}
	waits := make([]time.Duration, 50)
	for i := range waits {
		time.Sleep(time.Millisecond)
		began := time.Now()
		lock()
		waits[i] = time.Since(began)
		unlock()
	}
	slices.Sort(waits)
	return waits[len(waits)/2]
}
