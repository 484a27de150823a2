package backend

import (
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// GuardedCell is a Cell with a guard: a word that every addition looks at as it
// commits, so that all of them can be turned off. Making the guard non-zero and
// then calling Backend.Fence leaves no addition under way and lets none come;
// the sum is then final.
//
// The zero value is not attached, and its guard is zero. It must not be copied
// after first use. It costs 16 bytes more than a Cell.
type GuardedCell struct {
	cell   Cell // word first, then guard and shared, as in asm.Guarded
	guard  atomic.Uint64
	shared atomic.Int64
}

// The sections find the guard and the shared word behind the cell.
var (
	_ [unsafe.Offsetof(GuardedCell{}.guard)]struct{}  = [unsafe.Offsetof(asm.Guarded{}.Guard)]struct{}{}
	_ [unsafe.Offsetof(GuardedCell{}.shared)]struct{} = [unsafe.Offsetof(asm.Guarded{}.Shared)]struct{}{}
)

// Cell returns the cell, to be attached, summed and taken. Additions to it do
// not look at the guard.
func (g *GuardedCell) Cell() *Cell { return &g.cell }

// Guard returns the guard: additions happen while it is zero. Whoever sees zero
// and adds also sees what was written before the guard became zero.
func (g *GuardedCell) Guard() *atomic.Uint64 { return &g.guard }

// Shared returns the word that AddOrShare uses instead of the cell. Claiming it
// is subtracting ClaimStep, and unclaiming adding that.
func (g *GuardedCell) Shared() *atomic.Int64 { return &g.shared }

// ClaimStep is more than a shared word ever holds.
const ClaimStep = asm.ClaimStep

// Claimed reports whether sum, a result of adding to a shared word, says that it
// is claimed.
func Claimed(sum int64) bool { return sum < asm.Claimed }

// TryAdd adds delta to the cell if the guard is zero, and reports whether it
// did. It also fails if the cell is not attached, and wherever an addition can't
// be made to look at the guard as it commits: on a thread without rseq and on
// other backends. It inlines to one call of an assembly leaf.
func (g *GuardedCell) TryAdd(delta int64) bool { return asm.AddIfZero(g.cell.asmWord(), delta) }

// AddOrElse adds delta to the cell if the guard is zero. Where TryAdd returns
// false, it calls the function of HandleElse with its arguments. It inlines to one
// call of an assembly leaf; having no result, it costs less.
func (g *GuardedCell) AddOrElse(delta int64, arg unsafe.Pointer) {
	asm.AddOrElse(g.cell.asmWord(), delta, arg)
}

var elseHandler atomic.Pointer[func(g *GuardedCell, delta int64, arg unsafe.Pointer)]

// HandleElse sets what AddOrElse calls in all of the process. It is for package
// primitives, which calls it once, as it is initialized; a second call panics.
func HandleElse(f func(g *GuardedCell, delta int64, arg unsafe.Pointer)) {
	if !elseHandler.CompareAndSwap(nil, &f) {
		panic("percpu: HandleElse called twice")
	}
}

func (g *GuardedCell) addOrElseSlow(delta int64, arg unsafe.Pointer) {
	if !g.tryAddSlow(delta) {
		(*elseHandler.Load())(g, delta, arg)
	}
}

// AddOrShare adds delta to the cell if the guard is zero and, if it is not, to
// the shared word. What can't be done that way, and what a claim of the shared
// word entails, is left to the SharedHandler. It inlines to one call of an
// assembly leaf.
func (g *GuardedCell) AddOrShare(delta int64) { asm.AddOrShare(g.cell.asmWord(), delta) }

// SharedHandler is what AddOrShare leaves to the type that is built on it. Each
// function is called at the end of an AddOrShare, with its arguments.
type SharedHandler struct {
	// Slow: nothing was added yet. The cell is not attached, the thread can't add
	// to it, or the build has no leaf and the guard is not zero.
	Slow func(g *GuardedCell, delta int64)

	// Claimed: delta was added to the shared word, which was claimed.
	Claimed func(g *GuardedCell, delta int64)

	// Negative: delta was added to the shared word, which was not claimed, and
	// then was less than zero.
	Negative func(g *GuardedCell, delta int64)
}

var sharedHandler atomic.Pointer[SharedHandler]

// HandleShared sets the handler of every AddOrShare in the process. It is for
// package primitives, which calls it once, as it is initialized; a second call
// panics.
func HandleShared(h SharedHandler) {
	if !sharedHandler.CompareAndSwap(nil, &h) {
		panic("percpu: HandleShared called twice")
	}
}

func init() {
	asm.AddIfZeroSlow = func(w *asm.Word, delta int64) bool { return guardedOf(w).tryAddSlow(delta) }
	asm.AddOrElseSlow = func(w *asm.Word, delta int64, arg unsafe.Pointer) { guardedOf(w).addOrElseSlow(delta, arg) }
	asm.AddOrShareSlow = func(w *asm.Word, delta int64) { guardedOf(w).addOrShareSlow(delta) }
	asm.SharedClaimed = func(w *asm.Word, delta int64) { sharedHandler.Load().Claimed(guardedOf(w), delta) }
	asm.SharedNegative = func(w *asm.Word, delta int64) { sharedHandler.Load().Negative(guardedOf(w), delta) }
}

func guardedOf(w *asm.Word) *GuardedCell { return (*GuardedCell)(unsafe.Pointer(w)) }

func (g *GuardedCell) tryAddSlow(delta int64) bool {
	b := g.cell.Backend()
	return b != nil && b.AddIfZero(g, delta)
}

func (g *GuardedCell) addOrShareSlow(delta int64) {
	if !g.tryAddSlow(delta) {
		sharedHandler.Load().Slow(g, delta)
	}
}
