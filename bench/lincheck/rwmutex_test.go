package lincheck

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/percpu-go/percpu/primitives"
)

// register is a number that takes two words to store, so that whoever reads it
// while it is written gets one that nobody wrote.
type register struct {
	lock interface {
		sync.Locker
		TryLock() bool
		RLock()
		TryRLock() bool
		RUnlock()
	}
	tens, ones int
}

// registerCall is a call of a register: a write of a number below 100, or a
// read; try says that it may fail. A slow write lets other threads run between
// its two words, as [Find] wants.
type registerCall struct {
	write bool
	try   bool
	slow  bool
	value int
}

// registerResult is what was read, or whether it was written.
type registerResult struct {
	ok    bool
	value int
}

func (r *register) call(input any) any {
	in := input.(registerCall)
	switch {
	case in.write && in.try:
		if !r.lock.TryLock() {
			return registerResult{}
		}
	case in.write:
		r.lock.Lock()
	case in.try:
		if !r.lock.TryRLock() {
			return registerResult{}
		}
	default:
		r.lock.RLock()
	}
	if in.write {
		r.tens = in.value / 10
		if in.slow {
			runtime.Gosched()
		}
		r.ones = in.value % 10
		r.lock.Unlock()
		return registerResult{ok: true}
	}
	v := r.tens*10 + r.ones
	r.lock.RUnlock()
	return registerResult{true, v}
}

var registerModel = porcupine.Model{
	Init: func() any { return 0 },
	Step: func(state, input, output any) (bool, any) {
		in, out := input.(registerCall), output.(registerResult)
		switch {
		case !out.ok:
			return in.try, state
		case in.write:
			return true, in.value
		}
		return out.value == state.(int), state
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
}

// registerScenario has each thread make some calls, one in four a write, one in
// eight of those a slow one.
func registerScenario(threads, calls int, newRegister func() *register) Scenario {
	return Scenario{
		Model:   registerModel,
		Threads: threads,
		New:     func() func(any) any { return newRegister().call },
		Inputs: func(rng *rand.Rand, thread int) (inputs []any) {
			for range calls {
				inputs = append(inputs, registerCall{
					write: rng.IntN(4) == 0,
					try:   rng.IntN(4) == 0,
					slow:  rng.IntN(8) == 0,
					value: rng.IntN(100),
				})
			}
			return inputs
		},
	}
}

// TestRWMutex: a register under a lock, on each backend: with locks that have turned
// to the CPUs' parts, where the backend has such, and with new ones.
func TestRWMutex(t *testing.T) {
	newLock := func(opt primitives.Option) *primitives.RWMutex { return primitives.NewRWMutex(opt) }
	eachTurned(t, newLock, meet, func(t *testing.T, newLock func() *primitives.RWMutex) {
		Check(t, registerScenario(2, 8, func() *register { return &register{lock: newLock()} }), Histories(t))
	})
}

// meet has readers of a lock meet as often as it takes for it to turn.
func meet(rw *primitives.RWMutex) {
	rw.RLock()
	defer rw.RUnlock()
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 3000 {
				rw.RLock()
				rw.RUnlock()
				if i%16 == 0 {
					runtime.Gosched() // the other one may be on this CPU
				}
			}
		}()
	}
	wg.Wait()
}

// sharingLock has a bug: writers get in with readers.
type sharingLock struct{ primitives.RWMutex }

func (l *sharingLock) Lock()         { l.RLock() }
func (l *sharingLock) TryLock() bool { return l.TryRLock() }
func (l *sharingLock) Unlock()       { l.RUnlock() }

func TestSharingLockIsFound(t *testing.T) {
	Find(t, registerScenario(2, 12, func() *register { return &register{lock: new(sharingLock)} }))
}
