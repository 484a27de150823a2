//go:build race || percpuinvariants

package primitives

import (
	"sync/atomic"
	"unsafe"
)

// Get returns an object, whose content is undefined unless New or Reset define
// it: one that was put on this CPU, or one of the depot, or a new one. It
// returns nil only if WithMaxObjects says so, and if at some moment during the
// call all objects were in use.
func (l *FreeList[T]) Get() *T {
	x := (*T)(l.core.sections.stack.Pop((*listOwner[T])(nil), popSlow))
	if x == nil {
		return nil
	}
	raceAcquire(unsafe.Pointer(x))
	if !nodeOf(x).lent.CompareAndSwap(false, true) {
		panic("percpu: broken invariant: FreeList.Get returned an object that is in use")
	}
	return x
}

// Put gives an object back. The caller must not use it afterwards.
func (l *FreeList[T]) Put(x *T) {
	l.core.verify(unsafe.Pointer(x))
	n := nodeOf(x)
	if !n.lent.CompareAndSwap(true, false) {
		panic("percpu: FreeList.Put of an object that is in the list already")
	}
	if l.Reset != nil {
		done := false
		defer func() {
			if !done { // Reset has failed: nobody else can have got x
				n.lent.Store(true)
			}
		}()
		l.push(x)
		done = true
		return
	}
	l.push(x)
}

func (l *FreeList[T]) push(x *T) {
	raceRelease(unsafe.Pointer(x))
	l.core.sections.stack.Push(unsafe.Pointer(x), (*listOwner[T])(nil), pushSlow)
}

// mark says who has an object.
type mark struct{ lent atomic.Bool }

// nodeOf returns the node of an object.
func nodeOf[T any](x *T) *node[T] {
	return (*node[T])(unsafe.Add(unsafe.Pointer(x), -int(unsafe.Offsetof(node[T]{}.v))))
}
