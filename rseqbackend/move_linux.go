package rseqbackend

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// move runs sections and has another thread move this one to another CPU
// meanwhile, as disturb does; the thread should end afterwards. It is undecided where
// there is only one CPU that the thread may run on.
//
// To be preempted and to be moved are two things: Linux 7.0.13 on arm64 aborts
// sections for the first in areas of the original size, and not for the second.
func move(ctx context.Context, spin spinFunc, enough int, limit time.Duration) (r SelfTestResult) {
	from, allowed, err := pinHere()
	if err != nil {
		return SelfTestResult{Verdict: Undecided}
	}
	defer unpin(allowed)
	to, ok := otherCPU(from, allowed)
	if !ok {
		return SelfTestResult{Verdict: Undecided}
	}
	var there unix.CPUSet
	there.Set(to)
	tid := unix.Gettid()
	return disturb(ctx, spin, disturbance{
		before: func() error { return pin(from) },
		act:    func() error { return unix.SchedSetaffinity(tid, &there) },
		turns:  moveTurns, tries: moveTries, wait: moveWait, spin: moveWait,
		enough: enough, limit: limit,
	})
}

// otherCPU returns another one of the CPUs that the thread may run on. One that it
// may not use is none of its business: a real-time thread could have it to itself.
func otherCPU(cpu int, allowed unix.CPUSet) (other int, ok bool) {
	if allowed.Clear(cpu); allowed.Count() == 0 {
		return 0, false
	}
	for !allowed.IsSet(other) {
		other++
	}
	return other, true
}

// disturbance is what another thread does to a section, and how often.
type disturbance struct {
	before func() error  // before each section, on its thread; an error ends it
	act    func() error  // what must abort the section if it returns nil
	turns  uint64        // of the first section's loop; too short ones are doubled
	tries  int           // sections there are at least, however long they take
	wait   time.Duration // for the other thread, before a section
	spin   time.Duration // of the other thread, until the section begins
	enough int           // disturbed sections
	limit  time.Duration // for all beyond tries
}

// disturb runs sections and has another thread act meanwhile. The calling goroutine
// must be locked to a thread that has an area. spin is asm.Spin.
//
// It is undecided with GOMAXPROCS=1: nobody runs then while a section does.
func disturb(ctx context.Context, spin spinFunc, d disturbance) (r SelfTestResult) {
	start := clock()
	defer func() {
		r.Elapsed = clock() - start
		r.judge()
	}()
	if runtime.GOMAXPROCS(0) < 2 {
		return r
	}
	sections, ended := watch(d)
	defer func() { close(sections); <-ended }() // or it would run on in the next test
	turns := d.turns
	for r.Preempted < d.enough && (r.Sections < d.tries || clock()-start < d.limit) && ctx.Err() == nil && d.before() == nil {
		s := &watchedSection{inside: make(chan bool, 1)}
		sections <- s
		s.awaitWatcher(d.wait)
		aborted := spin(&s.state, turns)
		s.ended.Store(true)
		r.Sections++
		switch inside := <-s.inside; {
		case inside && aborted:
			r.Preempted++
			r.Aborts++
		case inside:
			r.Preempted++
			r.Violations++
		default:
			turns = min(2*turns, disturbMost) // too short for the time it takes here
		}
	}
	return r
}

// watchedSection is what its thread and the one that disturbs it know of a section.
type watchedSection struct {
	state   uint32      // Spin's
	watched uint32      // 1 when the other thread waits for it to begin; atomic
	ended   atomic.Bool // perhaps too early
	inside  chan bool   // whether it was disturbed in the middle
}

// watch starts a goroutine that acts in each section it is sent, until there are no
// more, but not in one that doesn't begin in time. It may run anywhere: bound to a
// CPU, it would preempt a section that is moved there.
func watch(d disturbance) (sections chan<- *watchedSection, ended <-chan struct{}) {
	todo, done := make(chan *watchedSection), make(chan struct{})
	go func() {
		defer close(done)
		for s := range todo {
			s.tellWatched()
			for end := clock() + d.spin; atomic.LoadUint32(&s.state) != asm.SpinStarted && !s.ended.Load() && clock() < end; {
			}
			inside := atomic.LoadUint32(&s.state) == asm.SpinStarted && d.act() == nil
			// If the section has not ended by now it was in the middle when
			// that happened.
			s.inside <- inside && atomic.LoadUint32(&s.state) == asm.SpinStarted
		}
	}()
	return todo, done
}

// awaitWatcher waits for the other thread, asleep, but with its P: to be woken by the
// kernel takes less time than to be scheduled as well, and the other thread spins
// meanwhile. A signal ends the sleep, so a stop of the world need not wait.
func (s *watchedSection) awaitWatcher(limit time.Duration) {
	for end := clock() + limit; atomic.LoadUint32(&s.watched) == 0; {
		left := end - clock()
		if left <= 0 {
			return
		}
		timeout := unix.NsecToTimespec(int64(left))
		_, _, _ = unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&s.watched)), futexWaitPrivate, 0, uintptr(unsafe.Pointer(&timeout)), 0, 0)
	}
}

func (s *watchedSection) tellWatched() {
	atomic.StoreUint32(&s.watched, 1)
	_, _, _ = unix.RawSyscall(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&s.watched)), futexWakePrivate, 1)
}

// FUTEX_WAIT_PRIVATE and FUTEX_WAKE_PRIVATE of <linux/futex.h>.
const (
	futexWaitPrivate = 0x80
	futexWakePrivate = 0x81
)
