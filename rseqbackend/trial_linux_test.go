package rseqbackend

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
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
	for _, goarch := range []string{"amd64", "arm64"} {
		feature.OnThread(func() {
			c.Add(1) // registers the thread
			start := time.Now()
			for range 20 {
				if err := trialOn(goarch, asm.Spin); err != nil {
					t.Error(err)
				}
			}
			t.Logf("%v each on %s", time.Since(start)/20, goarch)
		})
	}
}

// TestTrialUnbinds: the threads that were bound to CPUs for it have ended or are
// free again. The main thread can't end.
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
			var here unix.CPUSet
			if err := unix.SchedGetaffinity(0, &here); err != nil || here != before {
				t.Errorf("the thread may run on CPUs %#x, before on %#x: %v", here, before, err)
			}
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

// TestTrialBySignal: a kernel that does not abort sections for a signal is rejected
// by the trial of every architecture, for good.
func TestTrialBySignal(t *testing.T) {
	wantRejected(t, "amd64", func(uint64) bool { return false })
}

// TestTrialUndecided: that no signal came is not the kernel's fault.
func TestTrialUndecided(t *testing.T) {
	openOrSkip(t)
	never := func(state *uint32, turns uint64) bool { return unaborted(state, turns) }
	for name, hinder := range map[string]func() (undo func()){
		"ignored": func() func() {
			signal.Ignore(unix.SIGURG)
			return func() { // Reset would not bring the runtime's handler back
				c := make(chan os.Signal, 1)
				signal.Notify(c, unix.SIGURG)
				signal.Stop(c)
			}
		},
		"blocked": func() func() { return mask(t, unix.SIG_BLOCK, unix.SIGURG) },
	} {
		feature.OnThread(func() {
			undo := hinder()
			defer undo()
			if r := signalled(never); r.Verdict != Undecided {
				t.Errorf("SIGURG %s: %+v, want it undecided", name, r)
			}
			if err := trialOn("amd64", never); err != nil {
				t.Errorf("SIGURG %s: %v", name, err)
			}
		})
	}
	feature.OnThread(func() {
		if r := signalled(never); r.Verdict != Violated {
			t.Errorf("unhindered: %+v, want it violated", r)
		}
	})
	if !filtered(t, "no timer") {
		return
	}
	block(t, unix.EPERM, unix.SYS_TIMER_CREATE)
	feature.OnThread(func() {
		if err := trialOn("amd64", never); err != nil {
			t.Errorf("without a timer: %v", err)
		}
	})
}

// mask changes the calling thread's signal mask until undo.
func mask(t *testing.T, how int, sig unix.Signal) (undo func()) {
	t.Helper()
	set, before := unix.Sigset_t{}, unix.Sigset_t{}
	set.Val[0] = 1 << (sig - 1)
	if err := unix.PthreadSigmask(how, &set, &before); err != nil {
		t.Fatal(err)
	}
	return func() { _ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil) }
}

// TestTrialByPreemption: a kernel that aborts sections for a signal but not when
// they are preempted is rejected, for good.
func TestTrialByPreemption(t *testing.T) {
	wantRejected(t, "arm64", func(turns uint64) bool { return turns != preemptTurns })
}

// TestTrialByMove: so is one that aborts them but when their thread is moved.
func TestTrialByMove(t *testing.T) {
	if runtime.NumCPU() < 2 || runtime.GOMAXPROCS(0) < 2 {
		t.Skip("two threads have to run at a time")
	}
	wantRejected(t, "arm64", func(turns uint64) bool { return turns == signalTurns || turns == preemptTurns })
}

// wantRejected wants the trial to reject a kernel that aborts sections of so many
// turns only.
func wantRejected(t *testing.T, goarch string, aborts func(turns uint64) bool) {
	t.Helper()
	openOrSkip(t)
	for try := 1; ; try++ {
		var err error
		feature.OnThread(func() {
			err = trialOn(goarch, func(state *uint32, turns uint64) bool {
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

// TestMoveStaysWithinAffinity: a thread that may run on one CPU is not moved to another
// one, whoever has that to itself.
func TestMoveStaysWithinAffinity(t *testing.T) {
	feature.OnThread(func() {
		if _, _, err := pinHere(); err != nil {
			t.Error(err)
			return
		}
		moved := func(*uint32, uint64) bool { t.Error("a section was run"); return true }
		if r := move(context.Background(), moved, 1, time.Second); r.Verdict != Undecided || r.Sections != 0 {
			t.Errorf("%+v, want it undecided", r)
		}
	})
}

// TestTrialUnderTracer: a trial ends where each signal stops its thread some times, for
// a tracer: as many signals as it takes, and not thousands.
func TestTrialUnderTracer(t *testing.T) {
	openOrSkip(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("no strace to be traced by")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	trace := filepath.Join(t.TempDir(), "trace")
	out, err := exec.CommandContext(ctx, strace, "-f", "-o", trace, self, "-test.run=^TestOpenIsStable$").CombinedOutput()
	if err != nil {
		if strings.Contains(string(out), "PTRACE") {
			t.Skipf("%s", out) // it may not trace here
		}
		t.Fatalf("%v\n%s", err, out)
	}
	traced, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(traced), "--- SIGURG"); n == 0 || n > 200 {
		t.Errorf("%d signals", n)
	}
}
