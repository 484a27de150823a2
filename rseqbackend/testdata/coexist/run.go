package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
)

// run is one run of the program.
type run struct {
	selection backend.Selection
	count     primitives.Counter
	float     primitives.FloatCounter
	want      atomic.Int64 // additions to each
	guarded   guarded
	alone     bool // the counters have no memory: the lock, which comes later, would
	stop      atomic.Bool
	wg        sync.WaitGroup
	before    map[int]bool // threads there were when the event was over

	mu     sync.Mutex
	report Report
}

// begin selects a backend and starts goroutines that add: some on threads of
// their own, some on any, some on threads that end.
func begin(event string) (*run, error) {
	r := &run{}
	var err error
	if r.selection, err = primitives.Default(); err != nil {
		return nil, err
	}
	if event == "rlimit" {
		r.alone = true
		if r.report.Happened, err = r.attachWithoutMemory(); err != nil {
			return nil, err
		}
	}
	r.report.FenceFirst = r.fence()
	r.loop(func() {
		r.guarded.write()
		time.Sleep(time.Millisecond)
	})
	for range 2 {
		r.loop(func() { r.addHere(64) })
		r.loop(func() {
			r.addOnNew(64)
			time.Sleep(time.Millisecond)
		})
		started := make(chan struct{})
		r.wg.Add(1)
		go func() {
			defer r.wg.Done()
			runtime.LockOSThread() // and keep it: the thread ends
			r.add("locked", 64)
			close(started)
			for !r.stop.Load() {
				r.addHere(64)
			}
			r.add("locked", 64)
		}()
		<-started
	}
	return r, nil
}

func (r *run) loop(f func()) {
	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		for !r.stop.Load() {
			f()
			runtime.Gosched()
		}
	}()
}

// addHere adds n ones, whole and float, reads under the lock, and reports nothing.
func (r *run) addHere(n int) {
	for range n {
		r.count.Inc()
		r.float.Add(1)
	}
	r.want.Add(int64(n))
	if !r.alone {
		r.guarded.read()
	}
}

// addOnNew adds on a thread that ends then.
func (r *run) addOnNew(n int) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		r.addHere(n)
	}()
	<-done
}

// add adds on the calling thread, which is locked or C's, and reports it. A role
// that a thread has reported already is reported anew.
func (r *run) add(role string, n int) {
	r.addHere(n)
	th := Thread{role, rseqbackend.ThisThread()}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, old := range r.report.Threads {
		if old.Role == role && old.TID == th.TID {
			r.report.Threads[i] = th
			return
		}
	}
	r.report.Threads = append(r.report.Threads, th)
}

// reported returns how many threads of a role have reported.
func (r *run) reported(role string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, th := range r.report.Threads {
		if th.Role == role {
			n++
		}
	}
	return n
}

// late reports four threads that did not exist when the event was over: it locks more
// and more goroutines to threads until it has as many new ones.
func (r *run) late() {
	var found atomic.Int32
	release := make(chan struct{})
	var wg sync.WaitGroup
	for i := 0; i < 200 && found.Load() < 4; i++ {
		tried := make(chan struct{})
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			if !r.before[unix.Gettid()] && found.Add(1) <= 4 {
				r.add("late", 1000)
			}
			close(tried)
			<-release
		}()
		<-tried
	}
	close(release)
	wg.Wait()
}

// end stops everything and returns the report.
func (r *run) end() Report {
	r.stop.Store(true)
	r.wg.Wait()
	r.waitC()
	rep := &r.report
	rep.FenceLast = r.fence()
	rep.Locks, rep.Torn = r.guarded.x, r.guarded.torn.Load()
	b := r.selection.Backend
	rep.Backend = b.Name()
	for _, x := range r.selection.Rejections {
		rep.Rejections = append(rep.Rejections, x.String())
	}
	if b, ok := b.(*rseqbackend.Backend); ok {
		info := b.Info()
		rep.Info = &info
	}
	rep.Adds, rep.Sum = r.want.Load(), r.count.Load()
	rep.FloatAdds, rep.FloatSum = float64(rep.Adds), r.float.Load()
	rep.Stats = b.Stats()
	rep.Refused = b.Memory().Stats().Refused
	return *rep
}

func (r *run) fence() string {
	if err := r.selection.Backend.Fence(backend.AllSlots); err != nil {
		return err.Error()
	}
	b, ok := r.selection.Backend.(*rseqbackend.Backend)
	for end := time.Now().Add(10 * time.Second); ok && b.FenceKind() == rseqbackend.FenceUnknown && time.Now().Before(end); {
		time.Sleep(time.Millisecond) // later ones shall be made by membarrier
	}
	return ""
}

// threads returns the IDs of this process's threads.
func threads() map[int]bool {
	tids := make(map[int]bool)
	paths, _ := filepath.Glob("/proc/self/task/[0-9]*")
	for _, p := range paths {
		if tid, err := strconv.Atoi(filepath.Base(p)); err == nil {
			tids[tid] = true
		}
	}
	return tids
}

// attachWithoutMemory makes the first use of the counters while there is no
// address space.
func (r *run) attachWithoutMemory() (int, error) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(statm), &pages); err != nil {
		return 0, err
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &old); err != nil {
		return 0, err
	}
	limit := old
	limit.Cur = pages * uint64(os.Getpagesize())
	if err := unix.Setrlimit(unix.RLIMIT_AS, &limit); err != nil {
		return 0, err
	}
	r.addHere(1)
	return 1, unix.Setrlimit(unix.RLIMIT_AS, &old)
}
