package backend

import "github.com/percpu-go/percpu/asm"

// StackHeader is the word before a slot's items.
//
//	bits  0- 9   number of items
//	bits 10-62   number of single Pops so far
//	bit     63   locked, by an operation that is not a section, or by Drain
type StackHeader uint64

const stackLock = 1 << 63

// Count returns the number of items.
func (h StackHeader) Count() int { return int(h & asm.StackCountMask) }

// Locked reports whether someone holds the slot. Sections never do.
func (h StackHeader) Locked() bool { return h&stackLock != 0 }

// Lock returns the header of the slot when held.
func (h StackHeader) Lock() StackHeader { return h | stackLock }

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

func (h StackHeader) pops() uint64 { return uint64(h&^stackLock) >> asm.StackCountBits }
