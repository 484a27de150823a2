package backendtest

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Torment is what can happen to threads, done to all threads of the process as
// often as it can be: signals, migrations, garbage collections, changes of
// GOMAXPROCS, threads that end. Sums must not notice.
type Torment struct {
	Signals     atomic.Uint64 // SIGURG and SIGPROF, sent to one thread each
	Migrations  atomic.Uint64 // changes of a thread's affinity
	Collections atomic.Uint64
	Threads     atomic.Uint64 // that ended

	stop     chan struct{}
	wg       sync.WaitGroup
	maxProcs int
}

// StartTorment begins; Stop ends it. perThread is what short-lived threads do:
// it may be nil.
func StartTorment(perThread func()) *Torment {
	t := &Torment{stop: make(chan struct{}), maxProcs: runtime.GOMAXPROCS(0)}
	t.loop(100*time.Microsecond, t.signalThreads)
	t.loop(300*time.Microsecond, t.migrateThreads)
	t.loop(5*time.Millisecond, func(int) { runtime.GC(); t.Collections.Add(1) })
	t.loop(20*time.Millisecond, func(i int) { runtime.GOMAXPROCS(1 + i%8) })
	t.loop(2*time.Millisecond, func(int) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			runtime.LockOSThread() // and return: the thread ends
			if perThread != nil {
				perThread()
			}
		}()
		<-done
		t.Threads.Add(1)
	})
	return t
}

// Stop ends the torment and leaves GOMAXPROCS and affinities as they were.
func (t *Torment) Stop() {
	close(t.stop)
	t.wg.Wait()
	runtime.GOMAXPROCS(t.maxProcs)
	restoreAffinity()
}

func (t *Torment) String() string {
	return fmt.Sprintf("%d signals, %d migrations, %d collections, %d threads ended",
		t.Signals.Load(), t.Migrations.Load(), t.Collections.Load(), t.Threads.Load())
}

func (t *Torment) loop(pause time.Duration, f func(i int)) {
	t.wg.Add(1)
	go func() {
		defer t.wg.Done()
		for i := 0; ; i++ {
			select {
			case <-t.stop:
				return
			case <-time.After(pause):
				f(i)
			}
		}
	}()
}
