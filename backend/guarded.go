package backend

import (
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// GuardedCell is a Cell with a guard: a word that additions look at as they
// commit, so that all of them can be turned off. Making the guard non-zero and
// then calling Backend.Fence leaves no addition under way and lets none come;
// the sum is then final.
//
// The zero value is not attached, and its guard is zero. It must not be copied
// after first use. It costs 8 bytes more than a Cell.
//
// The slow path of an operation is the caller's: a function declared at package
// level, whose w is the address of the GuardedCell, and so of a struct that begins
// with it.
type GuardedCell struct {
	cell  Cell // word first, then guard, as in asm.Guarded
	guard atomic.Uint64
}

// The sections find the guard behind the cell.
var _ [unsafe.Offsetof(GuardedCell{}.guard)]struct{} = [unsafe.Offsetof(asm.Guarded{}.Guard)]struct{}{}

// Cell returns the cell, to be attached, summed and taken. Additions to it do
// not look at the guard.
func (g *GuardedCell) Cell() *Cell { return &g.cell }

// Guard returns the guard: additions happen while it is zero. Whoever sees zero
// and adds also sees what was written before the guard became zero.
func (g *GuardedCell) Guard() *atomic.Uint64 { return &g.guard }

// A Step adds a fixed number to a GuardedCell if its guard is zero, and returns true; else
// it returns what its slow path does. w is the address of the GuardedCell; word is the
// first word of that, loaded just before. If the word is not greater than zero, that is, if
// no section could reach the cell, it calls the slow path at once: so whoever inlines
// needs no other call of a function for
//
//	if word := *(*int64)(w); word > 0 || shared.Add(1) != 1 { step(w, word) }
type Step = asm.StepFunc

// NewStep returns the Step that adds delta and has the slow path slow, a function
// declared at package level. It is for variables of packages: it lives for ever.
func NewStep(delta int64, slow Step) Step { return asm.BindStep(delta, slow) }

// AttachHidden is Cell's Attach, and Hide before anyone sees the cell.
func (g *GuardedCell) AttachHidden(b Backend) error { return g.cell.attach(b, true) }

// Hide makes the first word say that no section could reach the cell, until Show: then who
// inlines as Step says calls nothing. It is for an owner who has closed the guard and
// fenced, which this doesn't do.
func (g *GuardedCell) Hide() {
	if w := asm.Word(g.cell.word.Load()); w > 0 {
		g.cell.word.Store(int64(asm.SlowWord(w.Slot0())))
	}
}

// Show undoes Hide. What goes for Backend and the race detector goes for it.
//
//go:norace
func (g *GuardedCell) Show() {
	if w := asm.Word(g.cell.word.Load()); w < 0 && w == asm.SlowWord(w.Slot0()) && g.cell.lease.Load().memory.geo.Leaf == LeafRseq {
		g.cell.word.Store(int64(asm.RseqWord(w.Slot0())))
	}
}

// NotAdded is the sum of a slow path that has still to add.
const NotAdded = asm.NotAdded

// Leave adds −1: to the cell if that is attached to memory of sections, and the
// guard is zero, and else to shared, an aligned word for all CPUs, which is best on
// another cache line. If that is then less than zero, it calls slow with it. If it could add
// nothing, because the thread is new, or the runtime wants the goroutine to yield, it
// calls slow with NotAdded, and LeaveSlow does it. It inlines to one call of a leaf.
func (g *GuardedCell) Leave(shared *int64, slow func(w unsafe.Pointer, sum int64)) {
	asm.Leave(unsafe.Pointer(g), shared, slow)
}

// LeaveSlow adds −1 for a slow path of Leave that was called with NotAdded. It
// returns what the shared word then was, or 0 if it added to the cell.
func (g *GuardedCell) LeaveSlow(shared *int64) (sum int64) {
	if g.AddIfZeroSlow(-1) {
		return 0
	}
	return asm.AddShared(shared, -1)
}

// AddIfZero adds delta to the cell if the guard is zero, and returns true. Where
// that can't be done, because the guard is not zero, the cell is not attached, the
// thread is new or can't commit, or the backend's additions can't look at a guard
// as they commit, it returns what slow does. It inlines to one call of a leaf.
func (g *GuardedCell) AddIfZero(delta int64, arg unsafe.Pointer, slow func(w unsafe.Pointer, delta int64, arg unsafe.Pointer) bool) bool {
	return asm.AddIfZero(unsafe.Pointer(g), delta, arg, slow)
}

// AddOneIfZero is AddIfZero of 1 without an argument for slow, which leaves a caller that
// is to inline, too, room for two nodes more.
func (g *GuardedCell) AddOneIfZero(slow func(w unsafe.Pointer, delta int64, arg unsafe.Pointer) bool) bool {
	return asm.AddIfZero(unsafe.Pointer(g), 1, nil, slow)
}

// AddIfZeroSlow tries once more for a slow path of AddIfZero, after registering
// the thread if need be, and reports whether it added.
func (g *GuardedCell) AddIfZeroSlow(delta int64) bool {
	b := g.cell.Backend()
	return b != nil && b.AddIfZero(g, delta)
}

// SectionAdd adds delta by a critical section, if the guard is zero and the thread
// can commit, and reports whether it did: for package rseqbackend.
func (g *GuardedCell) SectionAdd(delta int64) bool {
	return asm.AddIfZero(unsafe.Pointer(g), delta, nil, refuse)
}

func refuse(unsafe.Pointer, int64, unsafe.Pointer) bool { return false }
