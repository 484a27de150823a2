//go:build !linux || !(amd64 || arm64) || purego

package asm

import "unsafe"

// AddOrElse has no section of its own here.
func AddOrElse(w *Word, delta int64, arg unsafe.Pointer) {
	if !AddIfZero(w, delta) {
		AddOrElseSlow(w, delta, arg)
	}
}
