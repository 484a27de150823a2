//go:build linux && !amd64 && !arm64

package rseqbackend

import "golang.org/x/sys/unix"

// threadPointer fails: package asm has no sections for this architecture, so
// Open never gets here.
func threadPointer() (tp uintptr, libc bool, err error) { return 0, false, unix.ENOSYS }
