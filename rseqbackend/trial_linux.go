package rseqbackend

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend"
)

// errNotAborted is a kernel that registers areas and keeps cpu_id current but
// does not restart sections, or not all: Linux 6.19.0 to 7.0.13 on arm64 is such a
// one.
var errNotAborted = errors.New("the kernel let a section go on after an interruption")

const (
	// spinTurns is how long a section of the trial is, in turns of a loop:
	// some milliseconds, of which a good kernel lets the first tick pass.
	spinTurns = 20_000_000
	tick      = 100_000 // ns
)

// spinFunc is asm.Spin, or what stands for it in tests.
type spinFunc func(state *uint32, turns uint64) (aborted bool)

// trial finds out whether the kernel aborts sections, instead of believing it: it
// has one interrupted by a signal, one preempted, and some moved to another CPU, each
// the soonest possible. The calling goroutine must be locked to a thread whose area
// the sections find, and which ends afterwards.
//
// That nothing was preempted or moved in the time, or could be counted, is no
// reason against the kernel: with one CPU's worth of scheduling (GOMAXPROCS=1) it
// can happen.
func trial(spin spinFunc) error {
	if err := try(spin); err != nil {
		return err
	}
	ctx := context.Background()
	r, _ := preempt(ctx, spin, trialEnough, trialTime) // an error is no reason either
	r.add(move(ctx, spin, trialMoves, trialTime))
	if r.Verdict == Violated {
		return fmt.Errorf("percpu/rseqbackend: trial: %w: %w", errNotAborted, backend.ErrNotSupported)
	}
	return nil
}

// try has a section interrupted by a signal every tick.
//
// The signal is SIGURG, which the Go runtime handles in every build mode, as it
// preempts goroutines by it, and expects from anywhere. It comes from a timer,
// so that nobody else need run meanwhile.
func try(spin spinFunc) error {
	timer, err := startTimer(unix.SIGURG, tick)
	if err != nil {
		return fmt.Errorf("percpu/rseqbackend: trial: timer: %w", err)
	}
	var state uint32
	aborted := spin(&state, spinTurns)
	if err := timer.delete(); err != nil {
		return fmt.Errorf("percpu/rseqbackend: trial: timer: %w", err)
	}
	if !aborted {
		return fmt.Errorf("percpu/rseqbackend: trial: %w: %w", errNotAborted, backend.ErrNotSupported)
	}
	return nil
}

// timer is a POSIX timer.
type timer int32

// startTimer makes a timer that sends the calling thread a signal every interval
// nanoseconds.
func startTimer(sig unix.Signal, interval int64) (timer, error) {
	const sigevThreadID = 4 // SIGEV_THREAD_ID of <asm-generic/siginfo.h>
	event := struct {       // struct sigevent
		value  uintptr
		signo  int32
		notify int32
		tid    int32
		_      [64 - 12 - unsafe.Sizeof(uintptr(0))]byte
	}{signo: int32(sig), notify: sigevThreadID, tid: int32(unix.Gettid())}
	var t timer
	if _, _, errno := unix.RawSyscall(unix.SYS_TIMER_CREATE, unix.CLOCK_MONOTONIC, uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&t))); errno != 0 {
		return 0, errno
	}
	every := unix.NsecToTimespec(interval)
	spec := unix.ItimerSpec{Interval: every, Value: every}
	if _, _, errno := unix.RawSyscall6(unix.SYS_TIMER_SETTIME, uintptr(t), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0); errno != 0 {
		_ = t.delete() // the first error says more
		return 0, errno
	}
	return t, nil
}

func (t timer) delete() error {
	if _, _, errno := unix.RawSyscall(unix.SYS_TIMER_DELETE, uintptr(t), 0, 0); errno != 0 {
		return errno
	}
	return nil
}
