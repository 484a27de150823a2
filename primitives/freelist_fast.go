//go:build !race && !percpuinvariants

package primitives

import "unsafe"

// Get returns an object, whose content is undefined unless New or Reset define
// it: one that was put on this CPU, or one of the depot, or a new one. It
// returns nil only if WithMaxObjects says so, and if at some moment during the
// call all objects were in use.
func (l *FreeList[T]) Get() *T { return (*T)(l.core.sections.stack.Pop((*listOwner[T])(nil), popSlow)) }

// Put gives an object back. The caller must not use it afterwards.
func (l *FreeList[T]) Put(x *T) {
	l.core.sections.stack.Push(unsafe.Pointer(x), (*listOwner[T])(nil), pushSlow)
}

// mark is nothing: see freelist_checked.go.
//
//lint:ignore U1000 it has something in it in other builds
type mark struct{}
