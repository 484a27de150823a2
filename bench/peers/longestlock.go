package peers

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

type rwLocker interface {
	sync.Locker
	RLock()
	RUnlock()
}

// LockWaits measures how long writers wait among readers that do nothing but
// lock: of 1,000 Locks, a millisecond apart, in parts in which ours and sync's take
// turns.
func LockWaits(h Host, quick bool) Group {
	g := Group{Name: "lockwaits"}
	locks, parts := 1000, 10
	if quick {
		locks = 200
	}
	for _, b := range h.backends() {
		for _, readers := range []int{1, 2, 4, 8} {
			var ours, theirs []time.Duration
			ourLock, theirLock := primitives.NewRWMutex(primitives.WithBackend(b.backend)), new(sync.RWMutex)
			for range parts {
				ours = lockAmong(ours, ourLock, readers, locks/parts)
				theirs = lockAmong(theirs, theirLock, readers, locks/parts)
			}
			slices.Sort(ours)
			slices.Sort(theirs)
			bound := Bound{}
			if readers == 4 {
				bound = atMost(20)
			}
			g.Verdicts = append(g.Verdicts, single(fmt.Sprintf("%s: longest of %d Locks among %d readers, ms beyond sync's", b.name, locks, readers),
				(at(ours, 1)-at(theirs, 1)).Seconds()*1e3, bound, quantiles(ours)+"; sync "+quantiles(theirs)))
		}
	}
	return g
}

func lockAmong(took []time.Duration, rw rwLocker, readers, locks int) []time.Duration {
	var stop atomic.Bool
	var done sync.WaitGroup
	for range readers {
		done.Add(1)
		go func() {
			defer done.Done()
			for !stop.Load() {
				rw.RLock()
				rw.RUnlock()
			}
		}()
	}
	for range locks {
		began := time.Now()
		rw.Lock()
		took = append(took, time.Since(began))
		rw.Unlock()
		time.Sleep(time.Millisecond)
	}
	stop.Store(true)
	done.Wait()
	return took
}
