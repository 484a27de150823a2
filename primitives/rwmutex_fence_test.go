//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// slowFence hooks fences for the duration of a test: the first says that it has begun, and
// then waits for release; after that it does what then does.
func slowFence(t *testing.T, then func()) (begun <-chan bool, release chan<- bool) {
	b, r := make(chan bool), make(chan bool)
	first := true
	t.Cleanup(primitives.HookFence(func() error {
		if first {
			first = false
			close(b)
			<-r
			then()
		}
		return nil
	}))
	return b, r
}

// happens returns a channel that is closed when f has returned.
func happens(f func()) <-chan bool {
	c := make(chan bool)
	go func() { f(); close(c) }()
	return c
}

// happened reports whether that happens within a time that is long for something that nobody
// holds up.
func happened(c <-chan bool) bool {
	select {
	case <-c:
		return true
	case <-time.After(20 * time.Millisecond):
		return false
	}
}

// TestRWMutexFenceBars: while a writer fences, readers that come wait for it, as they do
// when it waits for readers; those that are in may leave, counted in the shared word,
// where the cell still counts their entry, and nobody takes the lock for free then.
func TestRWMutexFenceBars(t *testing.T) {
	opt := rseqOption(t)
	for inside := range 4 {
		for leaving := range inside + 1 {
			rw := primitives.NewRWMutex(opt)
			turn(t, rw, opt)
			for range inside {
				rw.RLock()
			}
			begun, release := slowFence(t, func() {})
			locked := happens(rw.Lock)
			<-begun
			if rw.TryRLock() || rw.TryLock() {
				t.Fatal("TryRLock or TryLock while a writer fences")
			}
			entered := happens(rw.RLock)
			for range leaving {
				rw.RUnlock()
			}
			if happened(entered) {
				t.Fatal("RLock while a writer fences")
			}
			close(release)
			for left := leaving; left < inside; left++ {
				if happened(locked) {
					t.Fatalf("%d readers, of which %d left: locked beside them", inside, left)
				}
				rw.RUnlock()
			}
			<-locked
			if happened(entered) {
				t.Fatal("a reader beside a writer")
			}
			rw.Unlock()
			<-entered
			rw.RUnlock()
			rw.Lock()
			if sum := primitives.SharedValue(rw); sum != -2*primitives.ClaimStep {
				t.Errorf("%d readers, of which %d left while the writer fenced: locked, the shared word holds %d", inside, leaving, sum)
			}
			rw.Unlock()
		}
	}
}

// TestRWMutexTryFence: a TryLock that fences makes nobody wait, and fails if one comes.
func TestRWMutexTryFence(t *testing.T) {
	opt := rseqOption(t)
	rw := primitives.NewRWMutex(opt)
	turn(t, rw, opt)
	begun, release := slowFence(t, func() {})
	locked := make(chan bool, 1)
	go func() { locked <- rw.TryLock() }()
	<-begun
	select {
	case <-happens(rw.RLock):
	case <-time.After(10 * time.Second):
		t.Fatal("a reader waits for a TryLock's fence")
	}
	close(release)
	if <-locked {
		t.Error("TryLock beside a reader")
	}
	rw.RUnlock()
	rw.Lock()
	rw.Unlock()
}

// TestRWMutexFenceFailsBarred: a fence that fails lets those in that have waited for it.
func TestRWMutexFenceFailsBarred(t *testing.T) {
	opt := rseqOption(t)
	failures := map[string]func(){"panic": func() { panic("percpu: refused") }, "Goexit": runtime.Goexit}
	for name, failure := range failures {
		rw := primitives.NewRWMutex(opt)
		turn(t, rw, opt)
		rw.RLock()
		begun, release := slowFence(t, failure)
		failed := make(chan bool)
		go func() {
			defer close(failed)
			defer func() { _ = recover() }()
			rw.Lock()
		}()
		<-begun
		entered := happens(rw.RLock)
		rw.RUnlock()
		if happened(entered) {
			t.Fatal("RLock while a writer fences")
		}
		close(release)
		<-failed
		<-entered
		if !rw.Open() {
			t.Errorf("%s: the guard stays closed", name)
		}
		if rw.TryLock() {
			t.Errorf("%s: locked beside a reader", name)
		}
		rw.RUnlock()
		rw.Lock()
		if sum := primitives.SharedValue(rw); sum != -2*primitives.ClaimStep {
			t.Errorf("%s: locked, the shared word holds %d", name, sum)
		}
		rw.Unlock()
	}
}
