package backendtest

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Torment is what can happen to threads, done to all threads of the process as
// often as it can be: signals, migrations, garbage collections, changes of
// GOMAXPROCS, threads that end. Sums must not notice.
type Torment struct {
	Collections int
	Threads     int // that ended
	Outside
	Err error // of the second process

	stop     chan struct{}
	wg       sync.WaitGroup
	maxProcs int
	outside  *tormentor
}

// Outside is what a second process did to this one. It has its own scheduler:
// goroutines here would wait for the very threads they are to disturb.
type Outside struct {
	Signals    int // SIGURG and SIGPROF, each to one thread
	Migrations int // changes of a thread's affinity
}

// StartTorment begins; Stop ends it. perThread is what short-lived threads do.
func StartTorment(perThread func()) *Torment {
	t := &Torment{stop: make(chan struct{}), maxProcs: runtime.GOMAXPROCS(0)}
	t.outside, t.Err = startTormentor()
	t.loop(5*time.Millisecond, func(int) {
		runtime.GC()
		t.Collections++
	})
	t.loop(20*time.Millisecond, func(i int) { runtime.GOMAXPROCS(1 + i%8) })
	t.loop(2*time.Millisecond, func(int) {
		OnThreadThatEnds(perThread)
		t.Threads++
	})
	return t
}

// Stop ends the torment and leaves GOMAXPROCS and affinities as they were.
func (t *Torment) Stop() {
	close(t.stop)
	t.wg.Wait()
	runtime.GOMAXPROCS(t.maxProcs)
	if t.Err == nil {
		t.Outside, t.Err = t.outside.stop()
	}
}

func (t *Torment) String() string {
	return fmt.Sprintf("%d signals, %d migrations, %d collections, %d threads ended", t.Signals, t.Migrations, t.Collections, t.Threads)
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
