package backendtest

import (
	"time"

	"github.com/percpu-go/percpu/backend"
)

// Push pushes x on the present thread's slot.
func (f *Fake) Push(s *backend.Stack, x uintptr) bool { return f.PushBatch(s, []uintptr{x}) }

// Pop pops an item off the present thread's slot.
func (f *Fake) Pop(s *backend.Stack) (uintptr, bool) {
	var item [1]uintptr
	ok := f.pop(s, item[:], true) == 1
	return item[0], ok
}

// PushBatch pushes items on the present thread's slot.
func (f *Fake) PushBatch(s *backend.Stack, items []uintptr) bool {
	pushed := f.doStack(s, func(h backend.StackHeader, words []uint64) (backend.StackHeader, int) {
		n, room := len(items), len(words)-h.Count()
		if n > room {
			switch f.script.Fault {
			case PushOverFull:
				h = h.Popped(n-room, false)
			case PartialPush:
				n = room
			default:
				return h, 0
			}
		}
		for i := range n {
			x := items[i]
			if f.script.Fault == BatchReversed {
				x = items[n-1-i]
			}
			commit(&words[h.Count()+i], uint64(x))
		}
		return h.Pushed(n), n
	})
	return pushed > 0
}

// PopBatch pops items off the present thread's slot.
func (f *Fake) PopBatch(s *backend.Stack, items []uintptr) int { return f.pop(s, items, false) }

func (f *Fake) pop(s *backend.Stack, items []uintptr, byPop bool) int {
	return f.doStack(s, func(h backend.StackHeader, words []uint64) (backend.StackHeader, int) {
		n := min(h.Count(), len(items))
		for i := range n {
			items[i] = uintptr(load(&words[h.Count()-n+i]))
		}
		if n == 0 || f.script.Fault == PopTwice && every(1000, f.operations) {
			return h, n
		}
		return h.Popped(n, byPop), n
	})
}

// doStack carries out one operation on a stack: compute says what to store in
// the header for what was loaded, and how many items that is, which doStack
// returns. None means that nothing is stored.
func (f *Fake) doStack(s *backend.Stack, compute func(h backend.StackHeader, words []uint64) (backend.StackHeader, int)) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.operations++
	if every(f.script.MoveEvery, f.operations) {
		f.move()
	}
	for {
		slot, ok := f.slot()
		if !ok || s.Closed() && f.script.Fault != IgnoreClosed {
			return 0
		}
		h, words := s.Block(slot)
		header, n := compute(backend.StackHeader(load(h)), words)
		if n == 0 {
			return 0
		}
		if f.script.Fault == FenceTooSoon && every(200, f.operations) || f.script.Fault == IgnoreClosed && s.Closed() {
			time.Sleep(100 * time.Microsecond) // here Drain can come
		}
		f.attempts++
		if !every(f.script.AbortEvery, f.attempts) {
			commit(h, uint64(header))
			return n
		}
		f.stats.Aborts++
		f.move()
		switch f.script.Fault {
		case LoseOnAbort:
			return n
		case CommitOnAbort:
			commit(h, uint64(header))
		case StaleIndex:
			slot, _ := f.slot()
			h, _ := s.Block(slot)
			commit(h, uint64(header))
			return n
		}
	}
}
