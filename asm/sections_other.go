//go:build !linux || !(amd64 || arm64) || purego

package asm

// There are no critical sections here: rseq(2) is Linux's, the sections are
// written for amd64 and arm64, and tag purego asks for no assembly at all. Every
// operation is its slow path, which the backend in use then serves.

// Supported says whether this build has critical sections.
const Supported = false

// HasHints says whether this build can reach HintWord cells.
const HasHints = false

// Signature would stand before every abort handler.
const Signature = 0

// Setup does nothing.
func Setup(areaOffset int64, indexOffset uintptr, slots uint32) {}

// SetupHints does nothing.
func SetupHints(slots uint32) {}

// Add takes the slow path.
func Add(w *Word, delta int64) { AddSlow(w, delta) }

// AddFloat64 takes the slow path.
func AddFloat64(w *Word, delta float64) { AddFloat64Slow(w, delta) }

// CompareAndStore takes the slow path.
func CompareAndStore(w *Word, old, new uint64) bool { return CompareAndStoreSlow(w, old, new) }

// AddIfZero takes the slow path.
func AddIfZero(w *Word, delta int64) bool { return AddIfZeroSlow(w, delta) }

// AddOrShare takes the slow path.
func AddOrShare(w *Word, delta int64) { AddOrShareSlow(w, delta) }

// Anchor returns 0: no thread has an area.
func Anchor() uintptr { return 0 }

// State returns zeros: no thread has an area.
func State() (area uintptr, cpuID int32, ready bool) { return 0, 0, false }

// SetAnchor does nothing.
func SetAnchor(area uintptr) {}

// AreaOwner returns 0.
func AreaOwner() uintptr { return 0 }

// RuntimeLayout returns a pair that does not agree.
func RuntimeLayout() (found, expected uintptr) { return 0, 1 }

// Hint returns 0.
func Hint() uint32 { return 0 }

// Spin returns at once.
func Spin(state *uint32, turns uint64) (aborted bool) { return false }

// Sections returns nil.
func Sections() []Section { return nil }
