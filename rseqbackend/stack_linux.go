package rseqbackend

import (
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// The operations on stacks have no overflow slot: what a thread can't do in a
// section it does not do.

// Push pushes x on the stack of the CPU that the caller runs on.
func (b *Backend) Push(s *backend.Stack, x uintptr) bool {
	return b.PushBatch(s, []uintptr{x})
}

// Pop pops an item off the stack of the CPU that the caller runs on.
func (b *Backend) Pop(s *backend.Stack) (uintptr, bool) {
	if b.enter() {
		if x := uintptr(s.Pop(nil, nothing)); x != 0 {
			return x, true
		}
	}
	var item [1]uintptr // empty, or this is another thread by now
	ok := b.PopBatch(s, item[:]) == 1
	return item[0], ok
}

// nothing is the slow path of a leaf that is to return nil.
func nothing(unsafe.Pointer, any) unsafe.Pointer { return nil }

// PushBatch pushes items on the stack of the CPU that the caller runs on.
func (b *Backend) PushBatch(s *backend.Stack, items []uintptr) bool {
	return b.inSection(func() int { return s.SectionPush(items) }) > 0
}

// PopBatch pops items off the stack of the CPU that the caller runs on.
func (b *Backend) PopBatch(s *backend.Stack, items []uintptr) int {
	return b.inSection(func() int { return s.SectionPop(items) })
}

// inSection carries out an operation that returns -1 if its thread can't commit
// or the stack is closed: once more if the caller had moved to a thread that was
// not ready. It returns what the operation does, or 0 if it was not done.
func (b *Backend) inSection(op func() int) int {
	for range 2 {
		if !b.enter() {
			break
		}
		if n := op(); n >= 0 {
			return n
		}
	}
	return 0
}
