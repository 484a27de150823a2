package bench

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// team is workers on threads of their own.
type team struct {
	workers []*worker
	pinned  bool // each thread is pinned to a CPU of its own
	timed   bool // threads' waiting is known
}

// worker is a goroutine locked to a thread.
type worker struct {
	thread *osThread
	jobs   chan func(*osThread)
}

// startTeam starts a worker for each CPU.
func startTeam(cpus []int) (*team, error) {
	t := &team{pinned: true, timed: true}
	for _, cpu := range cpus {
		w := &worker{jobs: make(chan func(*osThread))}
		ready := make(chan error)
		go w.work(cpu, ready)
		if err := <-ready; err != nil {
			t.stop()
			return nil, fmt.Errorf("percpu/bench: pin a thread to CPU %d: %w", cpu, err)
		}
		t.workers = append(t.workers, w)
		t.pinned = t.pinned && w.thread.pinned()
		t.timed = t.timed && w.thread.timed()
	}
	return t, nil
}

// work leaves the thread as it was, or not at all: a goroutine that ends
// locked takes its thread with it.
func (w *worker) work(cpu int, ready chan<- error) {
	runtime.LockOSThread()
	thread, err := pin(cpu)
	w.thread = thread
	ready <- err
	if err != nil {
		return
	}
	for job := range w.jobs {
		job(thread)
	}
	if thread.unpin() == nil {
		runtime.UnlockOSThread()
	}
}

func (t *team) stop() {
	for _, w := range t.workers {
		close(w.jobs)
	}
}

// each calls f on every worker's thread, one after the other.
func (t *team) each(f func() error) error {
	var errs []error
	for _, w := range t.workers {
		done := make(chan error)
		w.jobs <- func(*osThread) { done <- f() }
		errs = append(errs, <-done)
	}
	return errors.Join(errs...)
}

// run measures a window: an implementation on a number of the team's threads,
// counted from first.
func (t *team) run(impl Impl, threads, first, chunk int, length time.Duration) samples {
	if impl.Prepare != nil {
		impl.Prepare(threads)
	}
	w := &window{loop: impl.Loop, chunk: chunk, length: length, threads: int32(threads), samples: make(samples, threads)}
	w.measured.Add(threads)
	for i := range threads {
		t.workers[(first+i)%len(t.workers)].jobs <- func(th *osThread) { w.run(i, th) }
	}
	w.measured.Wait()
	return w.samples
}

type window struct {
	loop     func(thread, n int)
	chunk    int
	length   time.Duration
	threads  int32
	ready    atomic.Int32
	finished atomic.Int32
	samples  samples
	measured sync.WaitGroup
}

// run is one thread's part of a window. The threads start together, and none
// stops before all have finished measuring.
func (w *window) run(i int, th *osThread) {
	defer w.measured.Done()
	s := sample{cpu: th.cpu, before: th.current()}
	delay := th.delay()
	w.ready.Add(1)
	for w.ready.Load() < w.threads {
	}
	start := time.Now()
	for s.elapsed < w.length {
		w.loop(i, w.chunk)
		s.ops += w.chunk
		s.elapsed = time.Since(start)
	}
	s.delay = th.delay() - delay
	s.after = th.current()
	w.finished.Add(1)
	for w.finished.Load() < w.threads {
		w.loop(i, w.chunk)
	}
	w.samples[i] = s
}

// OnEachCPU calls f at the same time on a thread for each CPU that this process
// may use, pinned there, and returns when all calls have returned.
func OnEachCPU(f func(cpu int)) error {
	cpus, err := allowedCPUs()
	if err != nil {
		return fmt.Errorf("percpu/bench: allowed CPUs: %w", err)
	}
	t, err := startTeam(cpus)
	if err != nil {
		return err
	}
	defer t.stop()
	var done sync.WaitGroup
	done.Add(len(cpus))
	for _, w := range t.workers {
		w.jobs <- func(th *osThread) {
			defer done.Done()
			f(th.cpu)
		}
	}
	done.Wait()
	return nil
}
