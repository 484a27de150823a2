package primitives

import (
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// What package backend is about to have: this file goes when it does.

const notAdded = math.MinInt64 // backend.NotAdded

type guardedCell struct{ backend.GuardedCell } // backend.GuardedCell

// Enter adds 1: to the cell if that is attached and the guard is zero, or else to
// shared, and calls slow with the result of that if it is not 1.
func (g *guardedCell) Enter(shared *atomic.Int64, slow func(w unsafe.Pointer, sum int64)) {
	if (*atomic.Int64)(unsafe.Pointer(g)).Load() > 0 && g.commits(1) {
		return
	}
	if sum := hiddenAdd(shared, 1); sum != 1 {
		slow(unsafe.Pointer(g), sum)
	}
}

func (g *guardedCell) Leave(shared *atomic.Int64, slow func(w unsafe.Pointer, sum int64)) {
	if (*atomic.Int64)(unsafe.Pointer(g)).Load() > 0 && g.commits(-1) {
		return
	}
	if sum := hiddenAdd(shared, -1); sum < 0 {
		slow(unsafe.Pointer(g), sum)
	}
}

func (g *guardedCell) EnterSlow(shared *atomic.Int64) int64 {
	if g.commits(1) {
		return 1
	}
	return hiddenAdd(shared, 1)
}

func (g *guardedCell) LeaveSlow(shared *atomic.Int64) int64 {
	if g.commits(-1) {
		return 0
	}
	return hiddenAdd(shared, -1)
}

func (g *guardedCell) AddIfZero(delta int64, arg unsafe.Pointer, slow func(w unsafe.Pointer, delta int64, arg unsafe.Pointer) bool) bool {
	return g.commits(delta) || slow(unsafe.Pointer(g), delta, arg)
}

func (g *guardedCell) AddIfZeroSlow(delta int64) bool { return g.commits(delta) }

//go:noinline
func (g *guardedCell) commits(delta int64) bool {
	return (*atomic.Int64)(unsafe.Pointer(g)).Load() > 0 && g.Guard().Load() == 0 && g.TryAdd(delta)
}

var selecting atomic.Bool

// defaultIfReady returns the default backend if it has been selected, and has it
// selected if not.
func defaultIfReady() (backend.Backend, bool) {
	if s := selected.final.Load(); s != nil {
		return s.Backend, true
	}
	if selected.mu.TryLock() {
		defer selected.mu.Unlock()
		if selected.done && selected.err == nil {
			return selected.last.Backend, true
		}
	}
	if selecting.CompareAndSwap(false, true) {
		go func() { _, _ = Default() }()
	}
	return nil, false
}
