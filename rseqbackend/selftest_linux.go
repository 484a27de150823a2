package rseqbackend

import (
	"context"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/feature"
)

// What a SelfTest and a trial want to see, and how long they wait for it, and for
// one section more.
const (
	selfTestEnough = 10 // preempted sections
	selfTestTime   = 50 * time.Millisecond
	trialEnough    = 1
	trialMoves     = 2
	trialTime      = 5 * time.Millisecond
)

const (
	// preemptTurns make a section of about 10 ms: a scheduler that lets a
	// thread have its slice preempts it more than once in that time.
	preemptTurns = 30_000_000

	// moveTurns make a section of about 100 µs, longer than it takes to move its
	// thread. Not much longer, or something else interrupts those that the move
	// should. It is doubled where it is too short, up to disturbMost: some
	// milliseconds.
	moveTurns   = 300_000
	disturbMost = 20_000_000

	// moveTries is how many sections there are at least that shall be moved: the
	// last ones are long enough for any machine. Each waits up to moveWait for
	// the thread that is to move it.
	moveTries = 8
	moveWait  = 10 * time.Millisecond

	// sleepTime is how long the thread that preempts sleeps in between.
	sleepTime = 100 * time.Microsecond
)

// SelfTest finds out whether this kernel aborts sections that it interrupts, by
// having it interrupt some: a thread runs long sections, and another one, pinned to
// the same CPU, keeps waking up; then shorter ones, in which another thread moves
// it to another CPU. It takes 50 to 100 ms, uses two CPUs meanwhile, and nothing else
// of the process; the threads end with it. ctx may end it sooner.
//
// Open has interrupted a section by a signal, and on arm64 done the same as this,
// until the first few sections were interrupted. This one is for those who start on
// a new kernel and want to know more than that; it does not change what Open said.
// The error is Open's, or says why nothing could be tried, in this process or now.
func SelfTest(ctx context.Context) (SelfTestResult, error) {
	b, err := Open()
	if err != nil {
		return SelfTestResult{Verdict: Undecided}, err
	}
	r := SelfTestResult{Verdict: Undecided}
	feature.OnThread(func() {
		if !b.enter() {
			err = fmt.Errorf("percpu/rseqbackend: self-test: the thread could not be registered")
			return
		}
		if r, err = preempt(ctx, asm.Spin, selfTestEnough, selfTestTime); err == nil {
			r.add(move(ctx, asm.Spin, selfTestEnough, selfTestTime))
		}
	})
	return r, err
}

// preempt runs sections until enough have been preempted or the time is over. The
// calling goroutine must be locked to a thread that has an area and that ends
// afterwards. spin is asm.Spin.
func preempt(ctx context.Context, spin spinFunc, enough int, limit time.Duration) (r SelfTestResult, err error) {
	start := clock()
	defer func() {
		r.Elapsed = clock() - start
		r.judge()
	}()
	cpu, allowed, err := pinHere()
	if err != nil {
		return r, fmt.Errorf("percpu/rseqbackend: self-test: pin a thread: %w", err)
	}
	defer unpin(allowed)
	stop, err := wakeOn(cpu)
	if err != nil {
		return r, fmt.Errorf("percpu/rseqbackend: self-test: pin a thread: %w", err)
	}
	defer stop()
	ready := clock() // on a slow machine the threads have taken longer than the limit
	for r.Preempted < enough && clock()-ready < limit && ctx.Err() == nil {
		before, err := preemptions()
		if err != nil {
			return r, fmt.Errorf("percpu/rseqbackend: self-test: count preemptions: %w", err)
		}
		var state uint32
		aborted := spin(&state, preemptTurns)
		after, err := preemptions()
		if err != nil {
			return r, fmt.Errorf("percpu/rseqbackend: self-test: count preemptions: %w", err)
		}
		r.count(after-before, aborted)
	}
	return r, nil
}

// strayPreemptions is how many may have come just before a section, as the system
// call that counts them returned, or just behind it, on a slow machine.
const strayPreemptions = 4

// count takes a section into account that the thread was preempted so often
// around, of which some may not have been inside.
func (r *SelfTestResult) count(preemptions int64, aborted bool) {
	r.Sections++
	switch {
	case aborted && preemptions > 0:
		r.Preempted++
		r.Aborts++
	case !aborted && preemptions > strayPreemptions:
		r.Preempted++
		r.Violations++
	}
}

// preemptions returns how often the calling thread was made to leave its CPU.
func preemptions() (int64, error) {
	const thread = 1 // RUSAGE_THREAD
	var u unix.Rusage
	err := unix.Getrusage(thread, &u)
	return int64(u.Nivcsw), err
}

// pinHere pins the calling thread to the CPU that it runs on, which has time for
// it. It returns that and the CPUs that the thread was allowed before, for unpin.
func pinHere() (cpu int, allowed unix.CPUSet, err error) {
	if err = unix.SchedGetaffinity(0, &allowed); err == nil {
		cpu, err = getcpu()
	}
	if err == nil {
		err = pin(cpu)
	}
	return cpu, allowed, err
}

func unpin(allowed unix.CPUSet) { _ = unix.SchedSetaffinity(0, &allowed) } // it was so before

func getcpu() (int, error) {
	var cpu uint32
	if _, _, errno := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); errno != 0 {
		return 0, errno
	}
	return int(cpu), nil
}

func pin(cpu int) error {
	var one unix.CPUSet
	one.Set(cpu)
	return unix.SchedSetaffinity(0, &one)
}

// wakeOn lets a thread wake up on a CPU again and again, until stop. With
// GOMAXPROCS=1 it wakes up once for each section, and then waits until Go's
// scheduler has time for it.
func wakeOn(cpu int) (stop func(), err error) {
	pinned, quit, ended := make(chan error), make(chan struct{}), make(chan struct{})
	go feature.OnThread(func() { // not the main thread, which can't end, and its affinity with it
		defer close(ended)
		err := pin(cpu)
		pinned <- err
		for err == nil {
			select {
			case <-quit:
				return
			default:
				ts := unix.NsecToTimespec(int64(sleepTime))
				_ = unix.Nanosleep(&ts, nil) // interrupted is as good
			}
		}
	})
	if err := <-pinned; err != nil {
		return nil, err
	}
	return func() { close(quit); <-ended }, nil
}
