package rseqbackend

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/feature"
)

// move runs sections and has another thread move this one to another CPU
// meanwhile, until that was enough or the time is over, and at least a few. The
// calling goroutine must be locked to a thread that has an area and that ends
// afterwards. spin is asm.Spin.
//
// It is undecided where there is only one CPU, or GOMAXPROCS=1: nobody runs then
// while a section does.
//
// To be preempted and to be moved are two things: Linux 7.0.13 on arm64 aborts
// sections for the first in areas of the original size, and not for the second.
func move(ctx context.Context, spin spinFunc, enough int, limit time.Duration) (r SelfTestResult) {
	start := time.Now()
	defer func() {
		r.Elapsed = time.Since(start)
		r.judge()
	}()
	from, err := pinHere()
	to, ok := otherCPU(from)
	if err != nil || !ok || runtime.GOMAXPROCS(0) < 2 {
		return r
	}
	sections, ended := moveTo(to, unix.Gettid())
	defer func() { close(sections); <-ended }() // or it would run on in the next test
	turns := uint64(moveTurns)
	for r.Preempted < enough && (r.Sections < moveTries || time.Since(start) < limit) && ctx.Err() == nil && pin(from) == nil {
		s := &movedSection{inside: make(chan bool, 1)}
		sections <- s
		for sent := time.Now(); !s.watched.Load() && time.Since(sent) < watchTime; {
		}
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
			turns = min(2*turns, spinTurns) // too short for the time it takes here
		}
	}
	return r
}

// otherCPU returns another CPU that the process may run on.
func otherCPU(cpu int) (other int, ok bool) {
	cpus, err := usedCPUs()
	if cpus.Clear(cpu); err != nil || cpus.Count() == 0 {
		return 0, false
	}
	for !cpus.IsSet(other) {
		other++
	}
	return other, true
}

// movedSection is what its thread and the one that moves it know of a section.
type movedSection struct {
	state   uint32      // Spin's
	watched atomic.Bool // the other thread waits for it to begin
	ended   atomic.Bool // perhaps too early
	inside  chan bool   // whether it was moved in the middle
}

// moveTo starts a goroutine that moves the thread tid to a CPU in each section it
// is sent, until there are no more. It may run anywhere: once the thread has been
// moved its old CPU is idle. Bound to the new one, it would preempt the section.
func moveTo(cpu, tid int) (sections chan<- *movedSection, ended <-chan struct{}) {
	todo, done := make(chan *movedSection), make(chan struct{})
	go feature.OnThread(func() { // of its own: it is awake when the next section comes
		defer close(done)
		var there unix.CPUSet
		there.Set(cpu)
		for s := range todo {
			s.watched.Store(true)
			for atomic.LoadUint32(&s.state) != asm.SpinStarted && !s.ended.Load() {
			}
			err := unix.SchedSetaffinity(tid, &there)
			// Now it has left its CPU. If the section has not ended by then it
			// was in the middle when it did.
			s.inside <- err == nil && atomic.LoadUint32(&s.state) == asm.SpinStarted
		}
	})
	return todo, done
}
