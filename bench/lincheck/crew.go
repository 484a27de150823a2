package lincheck

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/percpu-go/percpu/feature"
)

// crew is threads that call an object at the same time, of many objects one
// after another.
type crew struct {
	s     Scenario
	start []chan []*session
	done  chan struct{}
	clock time.Time
}

// session is the making of one history.
type session struct {
	call    func(any) any
	ready   atomic.Int64 // threads that are about to begin
	inputs  [][]any      // of each thread
	outputs [][]porcupine.Operation
}

func newCrew(s Scenario) *crew {
	c := &crew{s: s, clock: time.Now(), done: make(chan struct{}, s.Threads)}
	for thread := range s.Threads {
		start := make(chan []*session)
		c.start = append(c.start, start)
		go feature.OnThread(func() {
			bind(thread)
			for sessions := range start {
				for _, s := range sessions {
					c.play(s, thread)
				}
				c.done <- struct{}{}
			}
		})
	}
	return c
}

func (c *crew) dismiss() {
	for _, start := range c.start {
		close(start)
	}
}

// record makes n histories.
func (c *crew) record(rng *rand.Rand, n int) (histories [][]porcupine.Operation) {
	sessions := make([]*session, n)
	for i := range sessions {
		s := &session{call: c.s.New(), outputs: make([][]porcupine.Operation, c.s.Threads)}
		for thread := range c.s.Threads {
			s.inputs = append(s.inputs, c.s.Inputs(rng, thread))
			s.outputs[thread] = make([]porcupine.Operation, len(s.inputs[thread]))
		}
		sessions[i] = s
	}
	for _, start := range c.start {
		start <- sessions
	}
	for range c.start {
		<-c.done
	}
	for _, s := range sessions {
		var history []porcupine.Operation
		for _, ops := range s.outputs {
			history = append(history, ops...)
		}
		histories = append(histories, history)
	}
	return histories
}

// play makes one thread's calls of a history once all threads are about to. It
// waits for them without sleeping, as waking up takes longer than a history; if
// there are more threads than CPUs, it lets others run at last, and histories
// overlap where a thread is preempted.
func (c *crew) play(s *session, thread int) {
	s.ready.Add(1)
	for spins := 0; s.ready.Load() < int64(c.s.Threads); spins++ {
		if spins > 10_000 {
			runtime.Gosched()
		}
	}
	for i, input := range s.inputs[thread] {
		op := &s.outputs[thread][i]
		op.ClientId, op.Input = thread, input
		op.Call = int64(time.Since(c.clock))
		op.Output = s.call(input)
		op.Return = int64(time.Since(c.clock))
	}
}
