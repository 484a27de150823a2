package backend

import (
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// GuardedCell is a Cell with a guard: a word that additions look at as they
// commit, so that all of them can be turned off. Making the guard non-zero and
// then calling Backend.Fence leaves no addition under way and lets none come;
// the sum is then final. Beside it is a word that all CPUs share.
//
// The zero value is not attached, and its guard is zero. It must not be copied
// after first use. It costs 16 bytes more than a Cell.
//
// The slow path of an operation is the caller's: a function declared at package
// level, whose w is the address of the GuardedCell, and so of a struct that begins
// with it.
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

// Shared returns the word that Enter and Leave use instead of the cell. Claiming
// it is subtracting ClaimStep, and unclaiming adding that.
func (g *GuardedCell) Shared() *atomic.Int64 { return &g.shared }

// ClaimStep is more than a shared word ever holds.
const ClaimStep = 1 << 32

// Claimed reports whether sum, a result of adding to a shared word, says that it
// is claimed.
func Claimed(sum int64) bool { return sum < -ClaimStep/2 }

// NotAdded is the sum of a slow path that has still to add.
const NotAdded = asm.NotAdded

// Enter adds 1: to the cell if that is attached to memory of sections, and the
// guard is zero, and else to the shared word. If the result of that is not 1, it
// calls slow with it: somebody else is there. If it could add nothing, because the
// thread is new, or the runtime wants the goroutine to yield, it calls slow with
// NotAdded, and EnterSlow does it. It inlines to one call of a leaf.
func (g *GuardedCell) Enter(slow func(w unsafe.Pointer, sum int64)) {
	asm.Enter(unsafe.Pointer(g), slow)
}

// Leave adds −1 as Enter adds 1. It calls slow if the shared word is then less than
// zero.
func (g *GuardedCell) Leave(slow func(w unsafe.Pointer, sum int64)) {
	asm.Leave(unsafe.Pointer(g), slow)
}

// EnterSlow adds 1 for a slow path of Enter that was called with NotAdded. It
// returns what the shared word then was, or 1 if it added to the cell.
func (g *GuardedCell) EnterSlow() (sum int64) {
	if g.AddIfZeroSlow(1) {
		return 1
	}
	return asm.AddShared((*int64)(unsafe.Pointer(&g.shared)), 1)
}

// LeaveSlow adds −1 for a slow path of Leave that was called with NotAdded. It
// returns what the shared word then was, or 0 if it added to the cell.
func (g *GuardedCell) LeaveSlow() (sum int64) {
	if g.AddIfZeroSlow(-1) {
		return 0
	}
	return asm.AddShared((*int64)(unsafe.Pointer(&g.shared)), -1)
}

// AddIfZero adds delta to the cell if the guard is zero, and returns true. Where
// that can't be done, because the guard is not zero, the cell is not attached, the
// thread is new or can't commit, or the backend's additions can't look at a guard
// as they commit, it returns what slow does. It inlines to one call of a leaf.
func (g *GuardedCell) AddIfZero(delta int64, arg unsafe.Pointer, slow func(w unsafe.Pointer, delta int64, arg unsafe.Pointer) bool) bool {
	return asm.AddIfZero(unsafe.Pointer(g), delta, arg, slow)
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
