//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// unclaimed makes readers of a lock that has no cell, and gets none, meet until they
// need not look any more whether the shared word is claimed.
func unclaimed(t *testing.T, rw *primitives.RWMutex) {
	t.Helper()
	end := time.Now().Add(time.Minute)
	meet(rw, func() bool {
		rw.Eager()
		return primitives.Unclaimed(rw) || time.Now().After(end)
	})
	if !primitives.Unclaimed(rw) {
		t.Fatal("readers that meet always look at the shared word")
	}
}

// TestRWMutexUnclaimed: where readers need not look whether the shared word is claimed,
// a writer makes them look before it claims it, a TryLock that fails doesn't, and no
// reader comes in with a writer.
func TestRWMutexUnclaimed(t *testing.T) {
	rw := primitives.NewRWMutex(atomicOption(t))
	for range 10 {
		unclaimed(t, rw)
		rw.RLock()
		if rw.TryLock() || !primitives.Unclaimed(rw) {
			t.Fatal("a TryLock beside a reader succeeded, or changed something")
		}
		rw.RUnlock()
		rw.Lock()
		if primitives.Unclaimed(rw) {
			t.Fatal("claimed, and readers don't look")
		}
		in := new(atomic.Bool)
		var wg sync.WaitGroup
		for range 3 { // so that they meet in the claimed word
			wg.Add(1)
			go func() {
				defer wg.Done()
				rw.RLock()
				in.Store(true)
				rw.RUnlock()
			}()
		}
		time.Sleep(5 * time.Millisecond)
		if in.Load() || rw.TryRLock() {
			t.Fatal("a reader beside a writer")
		}
		rw.Unlock()
		wg.Wait()
	}
}

// TestRWMutexHandOver: writers and readers that come to a lock together, in all orders,
// all get it, one after the other: who finds the word claimed and takes back what it has
// added sees to it that the writer, which may wait for just that, goes on; and who comes
// as the writer leaves is let in by it or lets itself in.
func TestRWMutexHandOver(t *testing.T) {
	rounds := 200_000
	if testing.Short() {
		rounds = 20_000
	}
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		rw := primitives.NewRWMutex(opt)
		var wg sync.WaitGroup
		var writers, readers int64
		var together atomic.Int64
		for i := range 6 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range rounds {
					if i < 2 {
						rw.Lock()
						if together.Add(1<<32) != 1<<32 {
							t.Error("a writer is not alone")
						}
						writers++
						together.Add(-1 << 32)
						rw.Unlock()
						continue
					}
					rw.RLock()
					if together.Add(1) >= 1<<32 {
						t.Error("a reader beside a writer")
					}
					atomic.AddInt64(&readers, 1)
					together.Add(-1)
					rw.RUnlock()
				}
			}()
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(2 * time.Minute):
			t.Fatal("somebody waits for ever")
		}
		rw.Lock() // moves what the cell holds to the shared word: only their sum is zero before
		rw.Unlock()
		if writers != int64(2*rounds) || readers != int64(4*rounds) || primitives.SharedValue(rw) != 0 {
			t.Errorf("%d writers, %d readers, and %d in the shared word of a lock that nobody has", writers, readers, primitives.SharedValue(rw))
		}
	})
}

// TestRWMutexComesLate: a reader that has found the word claimed registers only if it
// still is, for nobody would let it in otherwise; and is counted once either way.
func TestRWMutexComesLate(t *testing.T) {
	for _, tt := range []struct {
		shared     int64
		entered    bool
		registered int64
	}{
		{0, true, 0},
		{3, true, 0},
		{-primitives.ClaimStep, false, 1},
		{2 - primitives.ClaimStep, false, 1},
		{-2 * primitives.ClaimStep, false, 1},
	} {
		entered, registered, then := primitives.ComeLate(tt.shared)
		if entered != tt.entered || registered != tt.registered || then != tt.shared+1 {
			t.Errorf("%d: entered %t, %d registered, the word then %d", tt.shared, entered, registered, then)
		}
	}
}

// TestRWMutexHides: RLock and RUnlock call a leaf only while the lock is turned.
func TestRWMutexHides(t *testing.T) {
	opt := rseqOption(t)
	rw := primitives.NewRWMutex(opt)
	for range 3 {
		if word := primitives.CellWord(rw); word > 0 {
			t.Fatalf("not turned, and the cell's word is %#x", word)
		}
		turn(t, rw, opt)
		if word := primitives.CellWord(rw); !rw.Open() || word <= 0 {
			t.Fatalf("open: %t, and the cell's word is %#x", rw.Open(), word)
		}
		rw.Lock()
		rw.Unlock()
	}
}
