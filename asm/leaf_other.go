//go:build !linux || !(amd64 || arm64) || !gc || purego

package asm

import "unsafe"

// Supported says whether this build has critical sections. This one has none:
// rseq(2) is Linux's, the sections are written for amd64 and arm64 and are called
// as the gc compiler calls, and tag purego asks for no assembly at all.
const Supported = false

// The leaves. Variables they are also here: what is inlined, and what is not, is
// the same on all platforms.
var (
	Add         func(w unsafe.Pointer, delta int64, slow func(w unsafe.Pointer, delta int64))                                                   = add
	AddFloat64  func(w unsafe.Pointer, delta float64, slow func(w unsafe.Pointer, delta float64))                                               = addFloat64
	Leave       func(w unsafe.Pointer, shared *int64, slow func(w unsafe.Pointer, sum int64))                                                   = leave
	AddIfZero   func(w unsafe.Pointer, delta int64, arg unsafe.Pointer, slow func(w unsafe.Pointer, delta int64, arg unsafe.Pointer) bool) bool = addIfZero
	Take        func(w unsafe.Pointer, n int64, slow func(w unsafe.Pointer, n int64) bool) bool                                                 = take
	NextInBlock func(w unsafe.Pointer, block uint64, slow func(w unsafe.Pointer, block uint64) uint64) uint64                                   = nextInBlock
	Max         func(w unsafe.Pointer, v uint64, slow func(w unsafe.Pointer, v uint64))                                                         = maximum
	Push        func(s, x unsafe.Pointer, o any, slow func(s, x unsafe.Pointer, o any))                                                         = push
	Pop         func(s unsafe.Pointer, o any, slow func(s unsafe.Pointer, o any) unsafe.Pointer) unsafe.Pointer                                 = pop
	PushBatch   func(s unsafe.Pointer, items *uintptr, n int) int                                                                               = pushBatch
	PopBatch    func(s unsafe.Pointer, items *uintptr, n int) int                                                                               = popBatch
	Observe     func(w unsafe.Pointer, from int, v float64, slow func(w unsafe.Pointer, from int, v float64))                                   = observe
	Part        func(p unsafe.Pointer, o any, slow func(p unsafe.Pointer, o any) unsafe.Pointer) unsafe.Pointer                                 = part
)

// BindStep returns slow: there is no leaf to bind to it.
func BindStep(delta int64, slow StepFunc) StepFunc { return slow }

// Use does nothing.
func Use(v Variant) {}

// InUse returns Portable.
func InUse() Variant { return Portable }

// LeafCalls reports false: no assembly is called.
func LeafCalls() bool { return false }

// HasHints says whether this build has leaves that ask the processor where they
// are.
const HasHints = false

// Hint returns 0.
func Hint() uint32 { return 0 }

func threadHint() uint32 { return 0 }

// Signature would stand before every abort handler.
const Signature = 0

// Setup does nothing.
func Setup(areaOffset int64, indexOffset uintptr, slots uint32) {}

// Anchor returns 0: no thread has an area.
func Anchor() uintptr { return 0 }

// State returns zeros: no thread has an area.
func State() (area uintptr, cpuID int32, index uint32) { return 0, 0, 0 }

// SetAnchor does nothing.
func SetAnchor(area uintptr) {}

// AreaOwner returns 0.
func AreaOwner() uintptr { return 0 }

// RuntimeLayout returns a pair that does not agree.
func RuntimeLayout() (found, expected uintptr) { return 0, 1 }

// Spin returns at once.
func Spin(state *uint32, turns uint64) (aborted bool) { return false }

// JumpTarget returns 0.
func JumpTarget(ip uintptr) uintptr { return 0 }

// Sections returns nil.
func Sections() []Section { return nil }
