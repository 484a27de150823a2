//go:build go1.25

//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// Waiting for a RWMutex is to a bubble of testing/synctest what waiting for a
// sync.RWMutex is. sync's own tests run in a bubble too: see TestRWMutexStandard.

func init() {
	bubbled = []string{"TestInBubble/TestParallelReaders", "TestInBubble/TestRWMutex", "TestInBubble/TestRLocker"}
}

// bubbleLocks are locks in every state.
func bubbleLocks(t *testing.T) map[string]*primitives.RWMutex {
	locks := map[string]*primitives.RWMutex{"zero": new(primitives.RWMutex), "turned": nil, "closed": nil}
	opt := primitives.WithBackend(anyBackend(t))
	for _, name := range []string{"turned", "closed"} {
		locks[name] = primitives.NewRWMutex(opt)
		turn(t, locks[name], opt)
	}
	locks["closed"].Lock()
	locks["closed"].Unlock()
	return locks
}

// TestRWMutexAcrossBubbles: who waits in a bubble is woken from outside, and the
// other way about.
func TestRWMutexAcrossBubbles(t *testing.T) {
	for name, rw := range bubbleLocks(t) {
		kinds := map[string]struct{ outside, inside sync.Locker }{
			"reader for writer": {rw, rw.RLocker()},
			"writer for reader": {rw.RLocker(), rw},
			"writer for writer": {rw, rw},
		}
		for kind, l := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				l.outside.Lock()
				time.AfterFunc(20*time.Millisecond, l.outside.Unlock)
				synctest.Test(t, func(t *testing.T) {
					l.inside.Lock()
					l.inside.Unlock()
				})
				locked := make(chan bool)
				waited := make(chan bool)
				go func() {
					<-locked
					l.inside.Lock()
					l.inside.Unlock()
					close(waited)
				}()
				synctest.Test(t, func(t *testing.T) {
					l.outside.Lock()
					close(locked)
					time.Sleep(time.Hour)
					l.outside.Unlock()
				})
				<-waited
			})
		}
	}
}

// TestRWMutexHeldInBubble: an hour of a bubble's time is no time, whoever holds a
// lock.
func TestRWMutexHeldInBubble(t *testing.T) {
	for name, rw := range bubbleLocks(t) {
		began := time.Now()
		synctest.Test(t, func(t *testing.T) {
			rw.Lock()
			time.Sleep(time.Hour)
			rw.Unlock()
			rw.RLock()
			time.Sleep(time.Hour)
			rw.RUnlock()
		})
		if d := time.Since(began); d > time.Minute {
			t.Errorf("%s: two fake hours took %v", name, d)
		}
	}
}

// TestRWMutexDeadlockInBubble: a held lock keeps nobody from finding one.
func TestRWMutexDeadlockInBubble(t *testing.T) {
	for name, rw := range bubbleLocks(t) {
		said := make(chan string, 1)
		go func() {
			defer func() { said <- fmt.Sprint(recover()) }()
			synctest.Test(t, func(*testing.T) {
				rw.Lock()
				defer rw.Unlock()
				<-make(chan bool)
			})
		}()
		select {
		case s := <-said:
			if !strings.Contains(s, "deadlock") {
				t.Errorf("%s: %s", name, s)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s: not found", name)
		}
	}
}

// TestRWMutexClosedInBubble: a guard that was closed in a bubble opens outside, and
// the other way about.
func TestRWMutexClosedInBubble(t *testing.T) {
	opt := rseqOption(t)
	rw := primitives.NewRWMutex(opt)
	for range 3 {
		turn(t, rw, opt)
		synctest.Test(t, func(t *testing.T) {
			rw.Lock()
			rw.Unlock()
		})
		turn(t, rw, opt)
		rw.Lock()
		rw.Unlock()
		synctest.Test(t, func(t *testing.T) { turn(t, rw, opt) })
	}
}

// TestRWMutexHammeredAcrossBubbles: readers and writers inside and outside at once.
func TestRWMutexHammeredAcrossBubbles(t *testing.T) {
	for name, rw := range bubbleLocks(t) {
		n, rounds := 0, 2000
		hammer := func() {
			var wg sync.WaitGroup
			for g := range 4 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for i := range rounds {
						if i%4 == g {
							rw.Lock()
							n++
							rw.Unlock()
						}
						rw.RLock()
						_ = n
						rw.RUnlock()
					}
				}()
			}
			wg.Wait()
		}
		outside := make(chan bool)
		go func() {
			hammer()
			close(outside)
		}()
		synctest.Test(t, func(t *testing.T) { hammer() })
		<-outside
		if n != 2*rounds {
			t.Errorf("%s: counted to %d, want %d", name, n, 2*rounds)
		}
	}
}
