//go:build linux && (amd64 || arm64) && !purego

package asm

//lint:file-ignore U1000 what looks unused is used by the assembly files

// AddIfZero adds delta to the cell if the guard is zero, and reports whether it
// did. See spec.go.
func AddIfZero(w *Word, delta int64) bool

// AddOrShare adds delta to the cell if the guard is zero, and to the shared word
// otherwise. See spec.go.
func AddOrShare(w *Word, delta int64)

func guardedDescriptors() *[2]*Descriptor

func addIfZeroSlow(w *Word, delta int64) bool { return AddIfZeroSlow(w, delta) }
func addOrShareSlow(w *Word, delta int64)     { AddOrShareSlow(w, delta) }
func addOrShareClaimed(w *Word, delta int64)  { SharedClaimed(w, delta) }
func addOrShareNegative(w *Word, delta int64) { SharedNegative(w, delta) }
func addIfZeroAbort(w *Word, delta int64) bool
func addOrShareAbort(w *Word, delta int64)
