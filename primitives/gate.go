package primitives

import (
	"context"
	"unsafe"
)

// A Gate lets work in until it is closed, and then waits for the work inside to end:
// the sync.WaitGroup of requests in flight of a server that is to shut down without
// losing one. Enter and Leave count on the CPU that they are on, so that requests
// don't slow each other down by being counted.
//
// In contrast to a WaitGroup it refuses what comes too late, and whoever closes it may
// stop waiting; it can't be used again. It is not a limit: any number may be inside.
//
// The zero value is open, on the default backend. A Gate must not be copied after first
// use. Leave may be called by another goroutine than Enter was, on another CPU. In
// package gatehttp it is a middleware.
//
// In the terminology of the Go memory model each Leave synchronizes before the return
// of a Close that returns nil, and a call of Close before the return of each Enter that
// returns false.
//
// In a bubble of testing/synctest a Close that waits is durably blocked, as WaitGroup's
// Wait is; those inside must then leave in the same bubble, or the program ends.
//
// Misuse ends the program: a Leave too many, as with a RWMutex, at once after Close and
// as long as few have entered, otherwise by Close (with -race or tag percpuinvariants at
// once). Where the default backend was asked for by name and can't be had, Enter may
// panic, and has done nothing.
//
// A Gate costs about 150 bytes, and after its first thousand entries 8 bytes on each
// CPU. Close then costs a fence, a system call that interrupts every CPU that the
// process runs on. On other backends than rseq a Gate is one atomic word. There may be
// 2^31 inside.
type Gate struct {
	in headcount // must come first: see gateLeaveSlow
	_  noCopy

	left   raceEdge // from Leaves to Close
	closed raceEdge // from Close to Enters that are refused
	held   invariantCount
	bell   bell // rung when the last has left
}

var _ [unsafe.Offsetof(Gate{}.in)]struct{} = [0]struct{}{}

// NewGate returns an open gate.
func NewGate(opts ...Option) *Gate {
	g := new(Gate)
	g.in.init(opts)
	return g
}

// Enter lets the caller in and returns true, or returns false if the gate is closed.
// Who is in must Leave.
func (g *Gate) Enter() bool {
	if raceEnabled || invariants {
		return g.checkedEnter()
	}
	return g.in.cell.AddIfZero(1, nil, gateEnterSlow)
}

// Leave ends what Enter began.
func (g *Gate) Leave() {
	if raceEnabled || invariants {
		g.checkedLeave()
	} else {
		g.in.cell.Leave(&g.in.shared, gateLeaveSlow)
	}
}

// Go calls f in a new goroutine that is inside, and returns true, or returns false if the
// gate is closed. It is left when f returns or calls runtime.Goexit. If f panics it is
// not, so that nobody is told that all went well before the program ends.
func (g *Gate) Go(f func()) bool {
	if !g.Enter() {
		return false
	}
	go func() {
		defer func() {
			if r := recover(); r != nil {
				panic(r)
			}
			g.Leave()
		}()
		f()
	}()
	return true
}

// Close closes the gate, for good, whether or not ctx is done: each Enter that begins
// after that returns false. Then it waits for all that are inside to leave, and returns
// nil; or returns ctx's error if that is done before. The gate is closed all the same,
// and Close may be called again, to go on waiting, also by several goroutines at once.
func (g *Gate) Close(ctx context.Context) error {
	g.in.shut(gateMisuse, g.closed.release)
	if err := g.bell.wait(ctx, g.in.empty); err != nil {
		return err
	}
	g.left.acquire()
	return nil
}

// Len returns how many are inside. While some enter and leave it is an estimate, after
// Close it is exact.
func (g *Gate) Len() int { return g.in.inside() }

const gateMisuse = "Gate.Leave of a Gate that nobody is inside"

func (g *Gate) checkedEnter() bool {
	ok := g.in.cell.AddIfZero(1, nil, gateEnterSlow)
	if ok {
		g.held.add(1)
	} else {
		g.closed.acquire()
	}
	return ok
}

func (g *Gate) checkedLeave() {
	g.left.releaseMerge()
	if g.held.add(-1) < 0 {
		fatalLeave(gateMisuse)
	}
	g.in.cell.Leave(&g.in.shared, gateLeaveSlow)
}

func gateEnterSlow(w unsafe.Pointer, _ int64, _ unsafe.Pointer) bool {
	h := (*headcount)(w)
	return h.enterShared() || h.enterSlow(false)
}

func gateLeaveSlow(w unsafe.Pointer, sum int64) {
	g := (*Gate)(w)
	if g.in.leaveSlow(sum, gateMisuse) {
		g.bell.ring()
	}
}
