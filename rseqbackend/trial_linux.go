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
	signalTime  = 50 * time.Microsecond // until the signal
	signalTurns = 400_000               // of a section's loop, twice that or more
	signalMost  = 4 * signalTurns       // of one that the signal came too late for
	signalTries = 5                     // sections

	// signalMisses is how often the signal must come and not abort the section.
	// It might have come behind it, by a hair; but not behind three of different
	// lengths.
	signalMisses = 3
)

// signalled has a section interrupted by a signal from a timer, so that nobody
// else need run meanwhile. It is SIGURG, which the Go runtime handles in every build
// mode, as it preempts goroutines by it, and expects from anywhere.
func signalled(spin spinFunc) (r SelfTestResult) {
	start := clock()
	r.Verdict = Undecided
	defer func() { r.Elapsed = clock() - start }()
	t, err := newTimer(unix.SIGURG)
	if err != nil {
		return r
	}
	defer t.delete()
	misses := 0
	for turns := uint64(signalTurns); r.Sections < signalTries && deliverable(unix.SIGURG); {
		if t.start(signalTime) != nil {
			return r
		}
		var state uint32
		aborted := spin(&state, turns)
		expired := t.expired()
		r.Sections++
		switch {
		case aborted:
			r.Preempted, r.Aborts = 1, 1
			r.judge()
			return r
		case expired:
			misses++
			turns += turns / 4
		default:
			turns = min(2*turns, signalMost)
		}
		// It was delivered, if it can be, by the time expired returned.
		if misses == signalMisses && deliverable(unix.SIGURG) {
			r.Preempted, r.Violations = misses, misses
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

// start has the signal sent once, after some time, whatever was to come before.
func (t timer) start(after time.Duration) error {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(after))}
	if _, _, errno := unix.RawSyscall6(unix.SYS_TIMER_SETTIME, uintptr(t), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// expired reports whether the signal was sent since start.
func (t timer) expired() bool {
	var spec unix.ItimerSpec
	_, _, errno := unix.RawSyscall(unix.SYS_TIMER_GETTIME, uintptr(t), uintptr(unsafe.Pointer(&spec)), 0)
	return errno == 0 && spec.Value == unix.Timespec{}
}

func (t timer) delete() { _, _, _ = unix.RawSyscall(unix.SYS_TIMER_DELETE, uintptr(t), 0, 0) }

// clock returns the real time, which package time doesn't in a bubble of
// testing/synctest.
func clock() time.Duration {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) // it has failed on no kernel
	return time.Duration(ts.Nano())
}
