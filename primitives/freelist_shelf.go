package primitives

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A shelf is a stack of objects that several may use at once. Each operation is a
// few instructions; who finds the shelf taken does something else, as its holder
// may be preempted for as long as the scheduler likes.
//
// Its first place is apart from the others: taken and given by one atomic
// instruction, without a lock. A goroutine that gets and puts one object at a time
// uses nothing else.
type shelf struct {
	// first is the address of an object, shelfEmpty or shelfClosed. In the lowest
	// bits, which addresses don't need, it has the number of objects that were
	// taken from it, modulo the bytes of a word: that is how objects are aligned, as
	// the tag before them is, on 32-bit processors only at multiples of 4.
	first atomic.Uintptr

	// head is shelfLocked, or not; the number of items, times shelfItem; and how
	// many were taken one at a time, times shelfTaken.
	head atomic.Uint64

	taken atomic.Uint64 // from first: those that it doesn't count itself
	met   atomic.Uint32 // how often two were there at a time, as far as noticed

	// Of whoever has locked head.
	items []uintptr
	kept  uintptr // what was in first, while that is closed

	_ [64]byte // two cache lines in all
}

const (
	shelfEmpty  = 0
	shelfClosed = 8                             // no object is there
	firstCount  = unsafe.Sizeof(uintptr(0)) - 1 // the bits of first that count

	shelfLocked = 1
	shelfItem   = 2
	shelfTaken  = 1 << 12
	shelfItems  = shelfTaken - shelfItem
)

// takeFirst takes the object of the first place. It returns 0 if there is none.
func (h *shelf) takeFirst() uintptr {
	w := h.first.Load()
	addr := w &^ firstCount
	if addr <= shelfClosed {
		return 0
	}
	if !h.first.CompareAndSwap(w, (w+1)&firstCount) {
		h.met.Add(1)
		return 0
	}
	if w&firstCount == firstCount {
		h.taken.Add(uint64(firstCount) + 1)
	}
	return addr
}

// giveFirst puts an object in the first place, if that is empty.
func (h *shelf) giveFirst(addr uintptr) bool {
	w := h.first.Load()
	if w > firstCount {
		return false
	}
	if !h.first.CompareAndSwap(w, addr|w) {
		h.met.Add(1)
		return false
	}
	return true
}

// lock locks the other places, unless someone else has them.
func (h *shelf) lock() (head uint64, ok bool) {
	head = h.head.Load()
	if head&shelfLocked != 0 || !h.head.CompareAndSwap(head, head|shelfLocked) {
		h.met.Add(1)
		return 0, false
	}
	return head, true
}

// unlock is with what head has become.
func (h *shelf) unlock(head uint64) { h.head.Store(head) }

func shelfCount(head uint64) int { return int(head & shelfItems / shelfItem) }

// take takes an object from the other places. It returns 0 if there is none, or
// someone else is there.
func (h *shelf) take() (addr uintptr) {
	if h.head.Load()&shelfItems == 0 {
		return 0
	}
	head, ok := h.lock()
	if !ok {
		return 0
	}
	if n := shelfCount(head); n > 0 {
		addr = h.items[n-1]
		head += shelfTaken - shelfItem
	}
	h.unlock(head)
	return addr
}

// give puts an object in the other places, if it finds room.
func (h *shelf) give(addr uintptr) bool {
	head, ok := h.lock()
	if !ok {
		return false
	}
	n := shelfCount(head)
	if ok = n < len(h.items); ok {
		h.items[n] = addr
		head += shelfItem
	}
	h.unlock(head)
	return ok
}

// giveBatch puts all objects in the other places, or none.
func (h *shelf) giveBatch(addrs []uintptr) bool {
	head, ok := h.lock()
	if !ok {
		return false
	}
	n := shelfCount(head)
	if ok = n+len(addrs) <= len(h.items); ok {
		copy(h.items[n:], addrs)
		head += uint64(len(addrs)) * shelfItem
	}
	h.unlock(head)
	return ok
}

// takeBatch takes objects from the other places, as many as there are and into
// has room for.
func (h *shelf) takeBatch(into []uintptr) int {
	head, ok := h.lock()
	if !ok {
		return 0
	}
	n := shelfCount(head)
	k := copy(into, h.items[max(0, n-len(into)):n])
	h.unlock(head - uint64(k)*shelfItem)
	return k
}

// close waits until nobody is at the shelf, and lets nobody come. What is in the
// first place moves to kept.
func (h *shelf) close() {
	for {
		if _, ok := h.lock(); ok {
			break
		}
		runtime.Gosched()
	}
	for {
		w := h.first.Load()
		if h.first.CompareAndSwap(w, shelfClosed|w&firstCount) {
			h.kept = w &^ firstCount
			return
		}
	}
}

// takeAll empties a closed shelf.
func (h *shelf) takeAll(items []uintptr) []uintptr {
	head := h.head.Load()
	items = append(items, h.items[:shelfCount(head)]...)
	if h.kept != shelfEmpty {
		items = append(items, h.kept)
	}
	h.head.Store(head &^ shelfItems)
	return items
}

// open lets everybody come again.
func (h *shelf) open() {
	h.first.Store(h.first.Load() & firstCount)
	h.unlock(h.head.Load() &^ shelfLocked)
}

func (h *shelf) len() int {
	n := shelfCount(h.head.Load())
	if h.first.Load()&^firstCount > shelfClosed {
		n++
	}
	return n
}

func (h *shelf) pops() uint64 {
	return h.head.Load()/shelfTaken + h.taken.Load() + uint64(h.first.Load()&firstCount)
}
