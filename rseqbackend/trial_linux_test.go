package rseqbackend

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// TestTrial: this kernel aborts sections, and soon.
func TestTrial(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	feature.OnThread(func() {
		c.Add(1) // registers the thread
		start := time.Now()
		for range 20 {
			if err := trial(asm.Spin); err != nil {
				t.Error(err)
			}
		}
		t.Logf("%v each", time.Since(start)/20)
	})
}

// TestTrialUnbinds: the threads that were bound to CPUs for it have ended. The main
// thread can't end.
func TestTrialUnbinds(t *testing.T) {
	openOrSkip(t)
	var before, after unix.CPUSet
	if err := unix.SchedGetaffinity(unix.Getpid(), &before); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		feature.OnThread(func() {
			if _, err := preempt(context.Background(), unaborted, 0, 0); err != nil {
				t.Error(err)
			}
			move(context.Background(), unaborted, 1, 0)
		})
	}
	if err := unix.SchedGetaffinity(unix.Getpid(), &after); err != nil || after != before {
		t.Errorf("the main thread may run on CPUs %#x, before on %#x: %v", after, before, err)
	}
}

// TestTrialCatches: a kernel that does not abort is rejected, for good. A thread
// without an area stands for it: the kernel has no section to abort there.
func TestTrialCatches(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("every thread has an area of libc's")
	}
	feature.OnThread(func() {
		if area, _, _ := asm.State(); area != 0 {
			return // a thread that other tests have used
		}
		area, err := b.areas.take(-1) // an area that the kernel doesn't know
		if err != nil {
			t.Error(err)
			return
		}
		before := asm.Anchor()
		asm.SetAnchor(uintptr(unsafe.Pointer(area)))
		err = trial(asm.Spin)
		asm.SetAnchor(before)
		b.areas.put(-1)
		if !errors.Is(err, errNotAborted) || !errors.Is(err, backend.ErrNotSupported) {
			t.Errorf("%v, want %v, conclusively", err, errNotAborted)
		}
	})
}

// TestTrialByPreemption: a kernel that aborts sections for a signal but not when
// they are preempted is rejected, for good.
func TestTrialByPreemption(t *testing.T) {
	wantRejected(t, func(turns uint64) bool { return turns != preemptTurns })
}

// TestTrialByMove: so is one that aborts them but when their thread is moved.
func TestTrialByMove(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU")
	}
	wantRejected(t, func(turns uint64) bool { return turns >= spinTurns })
}

// wantRejected wants the trial to reject a kernel that aborts sections of so many
// turns only.
func wantRejected(t *testing.T, aborts func(turns uint64) bool) {
	t.Helper()
	openOrSkip(t)
	for try := 1; ; try++ {
		var err error
		feature.OnThread(func() {
			err = trial(func(state *uint32, turns uint64) bool {
				unaborted(state, turns)
				return aborts(turns)
			})
		})
		if errors.Is(err, errNotAborted) && errors.Is(err, backend.ErrNotSupported) {
			return
		}
		if try == 10 {
			t.Fatalf("%v, want %v, conclusively", err, errNotAborted)
		}
	}
}
