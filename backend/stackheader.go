package backend

import "github.com/percpu-go/percpu/asm"

// StackHeader is the word before a slot's items.
//
//	bits  0- 9   number of items
//	bits 10-63   number of single Pops so far
type StackHeader uint64

// Count returns the number of items.
func (h StackHeader) Count() int { return int(h & asm.StackCountMask) }

// Pushed returns the header after n items were pushed.
func (h StackHeader) Pushed(n int) StackHeader { return h + StackHeader(n) }

// Popped returns the header after n items were popped. One that was popped by
// Pop is counted.
func (h StackHeader) Popped(n int, byPop bool) StackHeader {
	h = h.popped(n)
	if byPop {
		h += 1 << asm.StackCountBits
	}
	return h
}

func (h StackHeader) popped(n int) StackHeader { return h - StackHeader(n) }

func (h StackHeader) pops() uint64 { return uint64(h) >> asm.StackCountBits }
