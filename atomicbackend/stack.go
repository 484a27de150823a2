package atomicbackend

import (
	"runtime"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// An operation on a stack locks its slot for a few instructions. It never waits
// for a lock: the holder may be preempted for as long as the scheduler likes. It
// tries the next slot of those in use, which is where everybody looks, and then
// gives up.

// Push pushes x on the stack of the slot that the hint names.
func (b *Backend) Push(s *backend.Stack, x uintptr) bool {
	return b.PushBatch(s, []uintptr{x})
}

// Pop pops an item off the stack of the slot that the hint names. It counts as a
// Pop in the header.
func (b *Backend) Pop(s *backend.Stack) (uintptr, bool) {
	var item [1]uintptr
	ok := b.pop(s, item[:], true) == 1
	return item[0], ok
}

// PushBatch pushes items on the stack of the slot that the hint names.
func (b *Backend) PushBatch(s *backend.Stack, items []uintptr) bool {
	h, words, header := b.lock(s)
	if h == nil {
		return false
	}
	n := header.Count()
	fits := n+len(items) <= len(words)
	if fits {
		for i, x := range items {
			atomic.StoreUint64(&words[n+i], uint64(x))
		}
		header = header.Pushed(len(items))
	}
	unlock(h, header)
	runtime.KeepAlive(s)
	return fits
}

// PopBatch pops items off the stack of the slot that the hint names.
func (b *Backend) PopBatch(s *backend.Stack, items []uintptr) int {
	return b.pop(s, items, false)
}

func (b *Backend) pop(s *backend.Stack, items []uintptr, byPop bool) int {
	h, words, header := b.lock(s)
	if h == nil {
		return 0
	}
	count := header.Count()
	n := min(count, len(items))
	for i := range n {
		items[i] = uintptr(atomic.LoadUint64(&words[count-n+i]))
	}
	unlock(h, header.Popped(n, byPop && n > 0))
	runtime.KeepAlive(s)
	return n
}

// lock locks the stack of the slot that the hint names, or of the next one, if
// it is open. It returns a nil h if it did not.
func (b *Backend) lock(s *backend.Stack) (h *uint64, words []uint64, header backend.StackHeader) {
	if s.Closed() {
		return nil, nil, 0
	}
	slot := b.AtomicSlot()
	slots := b.memory.Geometry().Slots
	if b.hint == HintRDPID {
		slots = min(slots, backend.HintSlots())
	}
	for range min(2, slots) {
		h, words = s.Block(slot)
		header = backend.StackHeader(atomic.LoadUint64(h))
		if !header.Locked() && atomic.CompareAndSwapUint64(h, uint64(header), uint64(header.Lock())) {
			return h, words, header
		}
		slot = (slot + 1) % slots
	}
	return nil, nil, 0
}

func unlock(h *uint64, header backend.StackHeader) { atomic.StoreUint64(h, uint64(header)) }
