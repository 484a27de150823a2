//lint:file-ignore SA2001 empty critical sections are what is measured

package peers

import (
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
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

// lockWaits is what a process of LockWaits has seen.
type lockWaits struct{ Ours, Theirs []time.Duration }

// LockWaits measures how long writers wait among readers that do nothing but
// lock, in processes in which nothing has happened before: of 1,000 Locks, a
// millisecond apart, the first included. child says how this program runs itself.
func LockWaits(quick bool, child func(readers, locks int) *exec.Cmd) (g Group, err error) {
	g.Name = "lockwaits"
	locks := 1000
	if quick {
		locks = 200
	}
	for _, readers := range []int{1, 2, 4, 8} {
		cmd := child(readers, locks)
		out, err := cmd.Output()
		if err != nil {
			return g, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
		}
		var waits lockWaits
		if err := json.Unmarshal(out, &waits); err != nil {
			return g, err
		}
		slices.Sort(waits.Ours)
		slices.Sort(waits.Theirs)
		bound := Bound{}
		if readers == 4 {
			bound = atMost(20)
		}
		g.Verdicts = append(g.Verdicts, single(fmt.Sprintf("longest of %d Locks among %d readers, ms beyond sync's", locks, readers),
			(at(waits.Ours, 1)-at(waits.Theirs, 1)).Seconds()*1e3, bound, quantiles(waits.Ours)+"; sync "+quantiles(waits.Theirs)))
	}
	return g, nil
}

// WaitForLocks is what the child does: it locks ours and sync's in turns, and writes how long
// that took.
func WaitForLocks(w io.Writer, readers, locks int) error {
	var waits lockWaits
	ours, theirs := new(primitives.RWMutex), new(sync.RWMutex)
	const parts = 10
	for range parts {
		waits.Ours = lockAmong(waits.Ours, ours, readers, locks/parts)
		waits.Theirs = lockAmong(waits.Theirs, theirs, readers, locks/parts)
	}
	return json.NewEncoder(w).Encode(waits)
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
