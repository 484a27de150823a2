//go:build linux && !amd64

package rseqbackend

import "golang.org/x/sys/unix"

// threadPointer fails: package asm has no sections for this architecture, so
// Open never gets here.
func threadPointer() (uintptr, error) { return 0, unix.ENOSYS }
