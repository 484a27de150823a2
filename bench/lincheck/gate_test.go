package lincheck

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/percpu-go/percpu/primitives"
)

// gates is what is asked of a Gate.
type gates interface {
	Enter() bool
	Leave()
	Close(context.Context) error
	Len() int
}

type gateOp int

const (
	gateEnter gateOp = iota
	gateLeave        // does nothing for a thread that is not inside
	gateLen
	gateClose // without waiting
	gateOps
)

func (op gateOp) String() string { return [...]string{"Enter", "Leave", "Len", "Close"}[op] }

type gateResult struct {
	ok bool
	n  int
}

type gateObject struct {
	gate   gates
	inside [4]int
}

// over is a context that is done.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (o *gateObject) call(input any) any {
	in := input.(threadOp[gateOp])
	inside := &o.inside[in.thread]
	out := gateResult{ok: true}
	switch in.op {
	case gateEnter:
		if out.ok = o.gate.Enter(); out.ok {
			*inside++
		}
	case gateLeave:
		if out.ok = *inside > 0; out.ok {
			*inside--
			o.gate.Leave()
		}
	case gateLen:
		out.n = o.gate.Len()
	case gateClose:
		out.ok = o.gate.Close(over) == nil
	}
	return out
}

type gateState struct {
	closed bool
	inside int
}

var gateModel = porcupine.Model{
	Init: func() any { return gateState{} },
	Step: func(state, input, output any) (bool, any) {
		s, in, out := state.(gateState), input.(threadOp[gateOp]), output.(gateResult)
		switch in.op {
		case gateEnter:
			if out.ok {
				s.inside++
			}
			return out.ok != s.closed, s
		case gateLeave:
			if out.ok {
				s.inside--
			}
			return true, s
		case gateLen:
			return !s.closed || out.n == s.inside, s // before that it is an estimate
		}
		// The first Close shuts the gate, and then, at another moment, finds somebody
		// inside or nobody. For those that come later there is one moment.
		if !s.closed {
			s.closed = true
			return out.ok || s.inside > 0, s
		}
		return out.ok == (s.inside == 0), s
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
}

func gateScenario(threads, calls int, newGate func() gates) Scenario {
	return opScenario(gateModel, threads, calls, gateOps, gateClose, gateEnter, func() func(any) any { return (&gateObject{gate: newGate()}).call })
}

func TestGate(t *testing.T) {
	newGate := func(opt primitives.Option) gates { return primitives.NewGate(opt) }
	turn := func(g gates) {
		for range usesToTurn {
			g.Enter()
			g.Leave()
		}
	}
	eachTurned(t, newGate, turn, func(t *testing.T, newGate func() gates) {
		Check(t, gateScenario(2, 10, newGate), Histories(t))
	})
}

// leakyGate has a bug: who has found it open comes in, though it may have been closed
// meanwhile.
type leakyGate struct {
	closed atomic.Bool
	inside atomic.Int64
}

func (g *leakyGate) Enter() bool {
	if g.closed.Load() {
		return false
	}
	runtime.Gosched()
	g.inside.Add(1)
	return true
}

func (g *leakyGate) Leave()   { g.inside.Add(-1) }
func (g *leakyGate) Len() int { return int(g.inside.Load()) }

func (g *leakyGate) Close(ctx context.Context) error {
	g.closed.Store(true)
	if g.inside.Load() != 0 {
		return ctx.Err()
	}
	return nil
}

func TestLeakyGateIsFound(t *testing.T) {
	Find(t, gateScenario(2, 10, func() gates { return new(leakyGate) }))
}
