package rseqbackend

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend"
)

// errNotAborted is a kernel that registers areas and keeps cpu_id current but
// does not restart sections, or not all: Linux 6.19.0 to 7.0.13 on arm64 is such a
// one.
var errNotAborted = errors.New("the kernel let a section go on after an interruption")

// spinFunc is asm.Spin, or what stands for it in tests.
type spinFunc func(state *uint32, turns uint64) (aborted bool)

// trial finds out whether the kernel aborts sections, instead of believing it: it
// has one interrupted by a signal, the soonest possible. On arm64, where there are
// kernels that fail in other ways, it also has one preempted and some moved to
// another CPU. The calling goroutine must be locked to a thread whose area the
// sections find, and which ends afterwards.
//
// That nothing was interrupted, or could be, is no reason against the kernel: who
// ignores the signal, may have no timer, or has one CPU's worth of scheduling
// (GOMAXPROCS=1) has not seen it fail.
func trial(spin spinFunc) error { return trialOn(runtime.GOARCH, spin) }

func trialOn(goarch string, spin spinFunc) error {
	r := signalled(spin)
	if goarch == "arm64" && r.Verdict != Violated {
		ctx := context.Background()
		preempted, _ := preempt(ctx, spin, trialEnough, trialTime) // an error is no reason either
		r.add(preempted)
		r.add(move(ctx, spin, trialMoves, trialTime))
	}
	if r.Verdict == Violated {
		return fmt.Errorf("percpu/rseqbackend: trial: %w: %w", errNotAborted, backend.ErrNotSupported)
	}
	return nil
}

const (
	// signalFirst is when the first signal comes, signalNext how long after that each
	// other one does: long enough for its handler to have returned, even under a
	// tracer, which stops the thread some times for each. If not, the thread would
	// never get any further.
	signalFirst = 50 * time.Microsecond
	signalNext  = time.Millisecond
	signalTurns = 10_000_000 // of a section's loop: some milliseconds

	// signalTries is how many sections must get to their end, each through some
	// signals. The first signal may come before the section begins, and on a slow
	// machine another one; all of them, never.
	signalTries = 2
)

// signalled has a section interrupted by the signals of a timer, so that nobody
// else need run meanwhile: by the first, if the kernel is right. It is SIGURG, which
// the Go runtime handles in every build mode, as it preempts goroutines by it, and
// expects from anywhere.
func signalled(spin spinFunc) (r SelfTestResult) {
	start := clock()
	r.Verdict = Undecided
	defer func() { r.Elapsed = clock() - start }()
	t, err := newTimer(unix.SIGURG)
	if err != nil {
		return r
	}
	defer t.delete()
	for deliverable(unix.SIGURG) && t.start() == nil && t.runs() {
		var state uint32
		aborted := spin(&state, signalTurns)
		r.Sections++
		switch {
		case aborted:
			r.Preempted, r.Aborts = 1, 1
			r.judge()
			return r
		case r.Sections == signalTries && deliverable(unix.SIGURG):
			r.Preempted, r.Violations = r.Sections, r.Sections
			r.judge()
			return r
		}
	}
	return r
}

// deliverable reports whether a signal to the calling thread gets there: its
// handler is run, and the thread does not block it.
func deliverable(sig unix.Signal) bool {
	var action [8]uint64 // struct sigaction of the kernel: the handler comes first
	var blocked uint64   // sigset_t of the kernel
	const maskSize = unsafe.Sizeof(blocked)
	const sigDfl, sigIgn = 0, 1
	if _, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), 0, uintptr(unsafe.Pointer(&action)), maskSize, 0, 0); errno != 0 {
		return false
	}
	if _, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, 0, 0, uintptr(unsafe.Pointer(&blocked)), maskSize, 0, 0); errno != 0 {
		return false
	}
	handler := *(*uintptr)(unsafe.Pointer(&action))
	return handler != sigDfl && handler != sigIgn && blocked&(1<<(sig-1)) == 0
}

// timer is a POSIX timer.
type timer int32

// newTimer makes a timer that sends the calling thread a signal.
func newTimer(sig unix.Signal) (t timer, err error) {
	const sigevThreadID = 4 // SIGEV_THREAD_ID of <asm-generic/siginfo.h>
	event := struct {       // struct sigevent
		value  uintptr
		signo  int32
		notify int32
		tid    int32
		_      [64 - 12 - unsafe.Sizeof(uintptr(0))]byte
	}{signo: int32(sig), notify: sigevThreadID, tid: int32(unix.Gettid())}
	if _, _, errno := unix.RawSyscall(unix.SYS_TIMER_CREATE, unix.CLOCK_MONOTONIC, uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&t))); errno != 0 {
		return 0, errno
	}
	return t, nil
}

// start has the signal sent again and again.
func (t timer) start() error {
	spec := unix.ItimerSpec{Interval: unix.NsecToTimespec(int64(signalNext)), Value: unix.NsecToTimespec(int64(signalFirst))}
	if _, _, errno := unix.RawSyscall6(unix.SYS_TIMER_SETTIME, uintptr(t), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// runs reports whether the timer is one that the kernel knows of, and runs.
func (t timer) runs() bool {
	var spec unix.ItimerSpec
	_, _, errno := unix.RawSyscall(unix.SYS_TIMER_GETTIME, uintptr(t), uintptr(unsafe.Pointer(&spec)), 0)
	return errno == 0 && spec.Interval != unix.Timespec{}
}

func (t timer) delete() { _, _, _ = unix.RawSyscall(unix.SYS_TIMER_DELETE, uintptr(t), 0, 0) }

// clock returns the real time, which package time doesn't in a bubble of
// testing/synctest.
func clock() time.Duration {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) // it has failed on no kernel
	return time.Duration(ts.Nano())
}
