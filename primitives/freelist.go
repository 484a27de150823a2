package primitives

import (
	"unsafe"
)

// A FreeList keeps objects of one type that are not in use: packet buffers,
// requests, nodes. Get takes one, Put gives it back. Each CPU has a stack of its
// own, so that neither shares a cache line with another CPU most of the time,
// and an object comes back to the CPU whose cache it is in. When the stack is
// empty or full, half a stack moves from or to a depot that all CPUs share.
//
// It is not a Pool: the list makes the objects itself, in slabs, never gives them
// up to the garbage collector while it is reachable itself, and takes back only
// its own. It is not a limit on concurrency either, although WithMaxObjects
// makes Get return nil.
//
// The zero value is an empty list, on the default backend; while that is being
// selected, the depot serves alone. A FreeList must not be copied after first use.
// An object may outlive its list.
//
// An object's content is as its last user left it, unless Reset says otherwise;
// what it points to stays reachable meanwhile.
//
// # Misuse
//
// Put panics if its argument is nil or is not an object of this list, whatever
// else it points to. An object that is put twice is handed out twice, to two
// holders that do not know of each other; other objects are not affected. Under
// the race detector and with tag percpuinvariants the second Put panics; a Put by a
// holder whose object has been handed out again may panic, too.
//
// # Memory model
//
// In the terminology of the Go memory model a Put of an object synchronizes
// before the Get that returns it. Nothing else is ordered: Len, Stats and Drain
// synchronize nothing that callers could rely on.
//
// # Cost
//
// A list costs about 360 bytes; on each CPU that uses it 512, or with WithPerCPU
// 8 for each object and 8 more, rounded up to 512, and where there are no sections
// 128 more; and for each object 8 bytes beside its size, in slabs of about 16 KiB
// that stay with the list. Get and Put don't allocate when the list has enough
// objects.
type FreeList[T any] struct {
	_ noCopy

	core core // its stack comes first: listOwner gets its address

	// New, if it is not nil, is called with each object once, before Get
	// returns it for the first time. Until then an object is zero. It must be
	// set before the list is used, and may use the list. If it panics or calls
	// runtime.Goexit, the object is still new, and it is called again for it.
	New func(*T)

	// Reset, if it is not nil, is called by Put with the object, before
	// others can get it. It must be set before the list is used. If it panics or
	// calls runtime.Goexit, the object is still its holder's, who may Put it
	// again. Put is slower with it.
	Reset func(*T)
}

// NewFreeList returns an empty list.
func NewFreeList[T any](opts ...FreeListOption) *FreeList[T] {
	l := new(FreeList[T])
	l.core.opts = apply(opts, FreeListOption.ofFreeList)
	return l
}

// Len returns the number of objects that are in the list: that Get could return
// without making one. While others get and put, it is an estimate.
func (l *FreeList[T]) Len() int { return l.core.len() }

// Drain moves the objects of all CPUs' stacks to the depot, where every CPU finds
// them: for instance after the work has moved to other CPUs. Gets and Puts may go
// on meanwhile; they wait for it. Where stacks are sections' it costs a fence, which
// interrupts every CPU that the process runs on.
//
// An error says that there could be no fence, though there could when the list was
// first used; then nothing has moved.
func (l *FreeList[T]) Drain() error { return l.core.drain() }

// Stats returns what the list has done.
func (l *FreeList[T]) Stats() FreeListStats { return l.core.stats() }

// typed is what core leaves to a list that knows its type, because it was done
// neither in a section nor on a shelf.
type typed interface {
	slab(n int, tag uintptr) (slab any, addrs []uintptr) // newSlab; a func value of it would be allocated for each call
	get(c *core) unsafe.Pointer
	put(c *core, x unsafe.Pointer)
}

// listOwner is a FreeList[T]'s typed. It is empty, and what tells a zero list what
// its objects are.
type listOwner[T any] struct{}

var _ typed = (*listOwner[int])(nil)

func (*listOwner[T]) slab(n int, tag uintptr) (any, []uintptr) { return newSlab[T](n, tag) }

func (*listOwner[T]) get(c *core) unsafe.Pointer {
	return unsafe.Pointer(listOf[T](unsafe.Pointer(c)).getSlow())
}

func (*listOwner[T]) put(c *core, x unsafe.Pointer) {
	listOf[T](unsafe.Pointer(c)).putSlow((*T)(x))
}

// listOf returns the list whose stack it is.
func listOf[T any](stack unsafe.Pointer) *FreeList[T] { return (*FreeList[T])(stack) }

// getSlow is Get without a stack.
func (l *FreeList[T]) getSlow() *T {
	if l.core.state.Load() != listAttached {
		l.core.begin((*listOwner[T])(nil), l.New != nil, l.Reset != nil)
	}
	addr, fresh := l.core.get()
	x := (*T)(pointer(addr))
	if fresh && l.New != nil {
		l.callNew(x)
	}
	return x
}

// callNew calls New, and takes the object back if that panics or ends the
// goroutine.
func (l *FreeList[T]) callNew(x *T) {
	done := false
	defer func() {
		if !done {
			l.core.putFresh(uintptr(unsafe.Pointer(x)))
		}
	}()
	l.New(x)
	done = true
}

// putSlow is Put without a stack. Until it calls put, which does not fail, the
// object is its holder's.
func (l *FreeList[T]) putSlow(x *T) {
	l.core.verify(unsafe.Pointer(x))
	if l.Reset != nil {
		l.Reset(x)
		raceRelease(unsafe.Pointer(x))
	}
	l.core.put(uintptr(unsafe.Pointer(x)))
}
