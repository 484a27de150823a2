//go:build linux && (amd64 || arm64) && !purego

package asm

//lint:file-ignore U1000 what looks unused is used by the assembly files

import "unsafe"

// HasStacks says whether this build has sections for stacks.
const HasStacks = true

// Push pushes x on the stack of this CPU, or calls o.PushSlow. See stack_spec.go.
func Push(s *Stack, x unsafe.Pointer, o Owner)

// Pop pops an item off the stack of this CPU, or returns what o.PopSlow does.
// See stack_spec.go.
func Pop(s *Stack, o Owner) unsafe.Pointer

// PushBatch pushes n items on the stack of this CPU. It returns n, or 0 if they
// don't fit, or -1 if it can't commit on this thread or s has no open stacks.
// See stack_spec.go.
//
//go:noescape
func PushBatch(s *Stack, items *uintptr, n int) int

// PopBatch pops at most n items off the stack of this CPU. It returns how many,
// or -1 if it can't commit on this thread or s has no open stacks. See
// stack_spec.go.
//
//go:noescape
func PopBatch(s *Stack, items *uintptr, n int) int

// The assembly file holds a descriptor for each section, in this order.
func stackDescriptors() *[4]*Descriptor

// The sections jump here when they can't commit.

func pushSlow(s *Stack, x unsafe.Pointer, o Owner) { o.PushSlow(unsafe.Pointer(s), x) }
func popSlow(s *Stack, o Owner) unsafe.Pointer     { return o.PopSlow(unsafe.Pointer(s)) }

// The abort handlers. Only the kernel jumps to them.

func pushAbort(s *Stack, x unsafe.Pointer, o Owner)
func popAbort(s *Stack, o Owner) unsafe.Pointer
func pushBatchAbort(s *Stack, items *uintptr, n int) int
func popBatchAbort(s *Stack, items *uintptr, n int) int
