//go:build linux && (amd64 || arm64) && !purego

package asm

import "unsafe"

//lint:file-ignore U1000 what looks unused is used by the assembly files

// AddOrElse adds delta to the cell if the guard is zero, and takes the slow path
// otherwise. See spec.go.
func AddOrElse(w *Word, delta int64, arg unsafe.Pointer)

func addOrElseDescriptor() *Descriptor

func addOrElseSlow(w *Word, delta int64, arg unsafe.Pointer) { AddOrElseSlow(w, delta, arg) }
func addOrElseAbort(w *Word, delta int64, arg unsafe.Pointer)
