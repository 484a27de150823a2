//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// rseqOption returns the option for the backend whose locks turn.
func rseqOption(t *testing.T) primitives.Option {
	t.Helper()
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	opt := primitives.WithBackend(b)
	if !guards(opt) {
		t.Skip("no fence is to be had")
	}
	return opt
}

// meet makes goroutines read-lock rw until done, while it is read-locked.
func meet(rw *primitives.RWMutex, done func() bool) {
	var wg sync.WaitGroup
	rw.RLock()
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; !done(); i++ {
				rw.RLock()
				rw.RUnlock()
				if i%4 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	wg.Wait()
	rw.RUnlock()
}

// TestRWMutexTurns: readers that meet turn a lock to their CPUs' slots; a writer
// turns it back; readers turn it again. So does the zero value, if the default
// backend is one for that.
func TestRWMutexTurns(t *testing.T) {
	opt := rseqOption(t)
	s, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	locks := map[string]*primitives.RWMutex{"new": primitives.NewRWMutex(opt)}
	if guards(primitives.WithBackend(s.Backend)) {
		locks["zero"] = new(primitives.RWMutex)
	}
	for name, rw := range locks {
		for i := range 3 {
			end := time.Now().Add(time.Minute)
			meet(rw, func() bool { return rw.Open() || time.Now().After(end) })
			if !rw.Open() {
				t.Fatalf("%s: not turned the %d. time", name, i)
			}
			rw.Lock()
			if rw.Open() {
				t.Errorf("%s: locked and open", name)
			}
			rw.Unlock()
			rw.RLock()
			rw.RUnlock()
			if rw.Open() {
				t.Errorf("%s: opened by a reader that met nobody", name)
			}
		}
	}
}

// TestRWMutexFrequentWriters: where writers are frequent they don't pay for fences.
func TestRWMutexFrequentWriters(t *testing.T) {
	rw := primitives.NewRWMutex(rseqOption(t))
	var fences, writes atomic.Int64
	defer primitives.HookFence(func() error { fences.Add(1); return nil })()
	end := time.Now().Add(200 * time.Millisecond)
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 1; time.Now().Before(end); i++ {
				if i%50 == 0 {
					rw.Lock()
					rw.Unlock()
					writes.Add(1)
				}
				rw.RLock()
				rw.RUnlock()
			}
		}()
	}
	wg.Wait()
	// One to begin, and one for a writer that comes when a closed guard is open again.
	if f, w := fences.Load(), writes.Load(); f > 2+w/1000 {
		t.Errorf("%d fences for %d writes", f, w)
	} else {
		t.Logf("%d fences for %d writes", f, w)
	}
}

// TestRWMutexForgets: a writer makes readers meet as often again.
func TestRWMutexForgets(t *testing.T) {
	opt := rseqOption(t)
	rw := primitives.NewRWMutex(opt)
	for name, write := range map[string]func(){"Lock": rw.Lock, "TryLock": func() { rw.TryLock() }} {
		rw.Eager()
		write()
		rw.Unlock()
		rw.RLock()
		done := make(chan bool)
		go func() {
			defer close(done)
			for range primitives.TurnAfter {
				rw.RLock()
				rw.RUnlock()
			}
		}()
		<-done
		rw.RUnlock()
		if rw.Open() {
			t.Errorf("turned by a reader that met once after a %s", name)
		}
	}
}

// TestRWMutexAttachedWhileLocked: a cell comes to a lock that has been locked
// meanwhile, and lets nobody in.
func TestRWMutexAttachedWhileLocked(t *testing.T) {
	opt := rseqOption(t)
	blocked, release := make(chan bool), make(chan bool)
	first := sync.OnceFunc(func() {
		close(blocked)
		<-release
	})
	rw := primitives.NewRWMutex(opt)
	undo := primitives.HookFence(func() error {
		first()
		return nil
	})
	defer undo()
	rw.RLock()
	entered := make(chan bool)
	go func() {
		defer close(entered)
		for {
			select {
			case <-blocked:
				return
			default:
				rw.Eager()
				rw.RLock()
				rw.RUnlock()
			}
		}
	}()
	<-blocked
	rw.RUnlock()
	rw.Lock()
	close(release)
	for end := time.Now().Add(20 * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if rw.TryRLock() {
			t.Fatal("TryRLock while locked")
		}
	}
	select {
	case <-entered:
		t.Error("RLock while locked")
	default:
	}
	rw.Unlock()
	<-entered
}

// TestRWMutexTry: a lock that nobody uses can be had by TryLock and TryRLock,
// whatever has been going on before.
func TestRWMutexTry(t *testing.T) {
	opt := rseqOption(t)
	rw := primitives.NewRWMutex(opt)
	rounds, opened := 2000, 0
	if testing.Short() {
		rounds = 500
	}
	for range rounds {
		rw.RLock() // so that readers meet
		var wg sync.WaitGroup
		for range 2 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range 40 {
					rw.Eager()
					rw.RLock()
					rw.RUnlock()
				}
			}()
		}
		wg.Wait()
		rw.RUnlock()
		if rw.Open() {
			opened++
		}
		if !rw.TryRLock() {
			t.Fatal("TryRLock failed")
		}
		rw.RUnlock()
		if !rw.TryLock() { // and closes the guard
			t.Fatal("TryLock failed")
		}
		rw.Unlock()
	}
	if opened < rounds/10 {
		t.Errorf("opened %d times in %d rounds: this test has tested little", opened, rounds)
	}
}

// TestRWMutexFenceFails: a writer that can't close the guard fails and leaves the
// lock as it was.
func TestRWMutexFenceFails(t *testing.T) {
	opt := rseqOption(t)
	failures := map[string]func() error{
		"panic":  func() error { panic("percpu: refused") },
		"Goexit": func() error { runtime.Goexit(); return nil },
	}
	for name, failure := range failures {
		rw := primitives.NewRWMutex(opt)
		turn(t, rw, opt)
		undo := primitives.HookFence(failure)
		for _, what := range []func(){rw.Lock, func() { rw.TryLock() }} {
			result := make(chan string)
			go func() {
				said := "exited"
				defer func() { result <- said }()
				defer func() {
					if r := recover(); r != nil {
						said = fmt.Sprint(r)
					}
				}()
				what()
				said = "locked"
			}()
			if said := <-result; !strings.HasPrefix(said, "percpu: ") && said != "exited" {
				t.Errorf("%s: %s", name, said)
			}
			if !rw.Open() {
				t.Errorf("%s: the guard stays closed", name)
			}
			rw.RLock()
			if !rw.TryRLock() {
				t.Errorf("%s: TryRLock failed afterwards", name)
			}
			rw.RUnlock()
			rw.RUnlock()
		}
		undo()
		rw.Lock()
		if rw.TryRLock() || rw.TryLock() {
			t.Errorf("%s: no exclusion afterwards", name)
		}
		rw.Unlock()
	}
}

// TestRWMutexNobodyWaits: while a reader makes the fence for which a lock is given a cell,
// others go on.
func TestRWMutexNobodyWaits(t *testing.T) {
	blocked, release := make(chan bool), make(chan bool)
	var fences atomic.Int64
	defer primitives.HookFence(func() error {
		if fences.Add(1) == 1 {
			close(blocked)
			<-release
		}
		return nil
	})()
	rw := primitives.NewRWMutex(rseqOption(t))
	turned := make(chan bool)
	rw.RLock()
	go func() {
		defer close(turned)
		for fences.Load() == 0 {
			rw.Eager()
			rw.RLock()
			rw.RUnlock()
		}
	}()
	<-blocked
	rw.RUnlock()
	gone := make(chan bool)
	go func() {
		for range 100 {
			rw.Lock()
			rw.Unlock()
			rw.RLock()
			rw.RUnlock()
		}
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(time.Minute):
		t.Error("all wait")
	}
	close(release)
	<-turned
	<-gone
}

// TestRWMutexClosedOften: the guard closes, however often it has been closed.
func TestRWMutexClosedOften(t *testing.T) {
	opt := rseqOption(t)
	rw := primitives.NewRWMutex(opt)
	turn(t, rw, opt)
	var closed []uint64
	defer primitives.HookFence(func() error { closed = append(closed, primitives.GuardValue(rw)); return nil })()
	primitives.CloseOften(rw)
	for range 3 {
		turn(t, rw, opt)
		closed = nil
		rw.Lock()
		rw.Unlock()
		if len(closed) != 1 || closed[0] == 0 {
			t.Errorf("guard values %d while a writer's fence was under way, want one that is not 0", closed)
		}
	}
}
