//go:build !linux || !(amd64 || arm64) || !gc || purego

package asm

// Supported says whether this build has critical sections. This one has none:
// rseq(2) is Linux's, the sections are written for amd64 and arm64 and are called
// as the gc compiler calls, and tag purego asks for no assembly at all.
const Supported = false

func leaf[F any](i int, portable F) F { return portable }

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
