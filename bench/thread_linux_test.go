package bench

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestPinning checks the kernel's word for where a pinned thread is, on every
// CPU, and that the thread is as before when it is let go.
func TestPinning(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	all, err := allowedCPUs()
	if err != nil {
		t.Fatal(err)
	}
	for _, cpu := range all {
		th, err := pin(cpu)
		if err != nil {
			t.Fatal(err)
		}
		if got := th.current(); got != cpu {
			t.Errorf("pinned to CPU %d, runs on %d", cpu, got)
		}
		if now, _ := allowedCPUs(); len(now) != 1 || now[0] != cpu {
			t.Errorf("pinned to CPU %d, allowed on %v", cpu, now)
		}
		if err := th.unpin(); err != nil {
			t.Fatal(err)
		}
	}
	if now, _ := allowedCPUs(); len(now) != len(all) {
		t.Errorf("let go, allowed on %v, want %v", now, all)
	}
}

// TestRejects makes a worker wait for its CPU, by a thread that spins there.
func TestRejects(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU() + 2))
	team := newTeam(t, 1)
	if !team.timed {
		t.Skip("the kernel doesn't account for run delays")
	}
	var stop atomic.Bool
	stopped := make(chan bool)
	team.workers[0].jobs <- func(*osThread) {
		defer close(stopped)
		for !stop.Load() { // spin: the others are to wait for this CPU
		}
	}
	cfg := Config{Threads: []int{1}, Rounds: 4, Window: 30 * time.Millisecond, Retries: 1}
	r, err := Compare(cfg, steps(1))
	stop.Store(true)
	<-stopped
	switch {
	case errors.Is(err, ErrNoRounds): // as it should be
		t.Log(err)
	case err != nil:
		t.Fatal(err)
	case r.Rejected == 0:
		t.Errorf("no window rejected in %d rounds beside a spinning thread", r.Rounds)
	}
}
