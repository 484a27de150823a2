//go:build !linux || !(amd64 || arm64) || purego

package asm

import "unsafe"

// HasStacks says whether this build has sections for stacks.
const HasStacks = false

// Push takes the slow path.
func Push(s *Stack, x unsafe.Pointer, o Owner) { o.PushSlow(unsafe.Pointer(s), x) }

// Pop takes the slow path.
func Pop(s *Stack, o Owner) unsafe.Pointer { return o.PopSlow(unsafe.Pointer(s)) }

// PushBatch can't.
func PushBatch(s *Stack, items *uintptr, n int) int { return -1 }

// PopBatch can't.
func PopBatch(s *Stack, items *uintptr, n int) int { return -1 }
