package backend

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// Operations on guarded cells whose words are not added to blindly, but looked at:
// tokens to take, numbers to hand out, the largest of what was seen. As with
// AddIfZero, a slow path is the owner's, declared at package level, gets the address
// of the GuardedCell, and of what begins with it, and tries once more by the method
// whose name ends in Slow. The methods that begin with Section or Local are for
// implementers of Backend.

// Take takes n from what one slot holds, if that is as much, and the guard zero, and
// returns true; else it returns what slow does. A negative n puts there instead. It
// inlines to one call of a leaf.
func (g *GuardedCell) Take(n int64, slow func(w unsafe.Pointer, n int64) bool) bool {
	return asm.Take(unsafe.Pointer(g), n, slow)
}

// TakeSlow tries once more, after registering the thread if need be.
func (g *GuardedCell) TakeSlow(n int64) bool {
	b := g.cell.Backend()
	return b != nil && b.Take(g, n)
}

// SectionTake takes by a critical section, or not.
func (g *GuardedCell) SectionTake(n int64) bool {
	return asm.Take(unsafe.Pointer(g), n, refuseTake)
}

func refuseTake(unsafe.Pointer, int64) bool { return false }

// BlockLen is how many numbers a block of NextInBlock has: a block is a multiple of
// it that is not 0, and all up to the next, but for the end of a block that got lost
// because two came with one at a time.
const BlockLen = asm.BlockLen

// NextInBlock returns the next number of the block that one slot holds: no number is
// returned twice if no block is given twice. If there is none, or it is less than the
// guard, it returns the first of block, whose others the slot then holds. With a
// block of 0 it returns what slow does then. It inlines to one call of a leaf.
func (g *GuardedCell) NextInBlock(block uint64, slow func(w unsafe.Pointer, block uint64) uint64) uint64 {
	return asm.NextInBlock(unsafe.Pointer(g), block, slow)
}

// NextInBlockSlow tries once more, and returns 0 if there is no number, which can be
// only without a block.
func (g *GuardedCell) NextInBlockSlow(block uint64) uint64 {
	if b := g.cell.Backend(); b != nil {
		return b.NextInBlock(g, block)
	}
	return g.LocalNextInBlock(block)
}

// SectionNextInBlock does that by a critical section, or else as
// LocalNextInBlock.
func (g *GuardedCell) SectionNextInBlock(block uint64) uint64 {
	return asm.NextInBlock(unsafe.Pointer(g), block, localNextInBlock)
}

// LocalNextInBlock does that on a word of the cell that is no slot's, by atomics.
func (g *GuardedCell) LocalNextInBlock(block uint64) uint64 {
	return g.AtomicNextInBlock(&g.cell.local, block)
}

func localNextInBlock(w unsafe.Pointer, block uint64) uint64 {
	return (*GuardedCell)(w).LocalNextInBlock(block)
}

// AtomicNextInBlock does that on a word that is written by atomics only.
func (g *GuardedCell) AtomicNextInBlock(w *uint64, block uint64) uint64 {
	for {
		old := atomic.LoadUint64(w)
		next := NextAfter(old, g.guard.Load(), block)
		if next == 0 || atomic.CompareAndSwapUint64(w, old, next+1) {
			return next
		}
	}
}

// NextAfter returns the number that NextInBlock returns where a slot holds word.
func NextAfter(word, guard, block uint64) uint64 {
	if word%BlockLen == 0 || word < guard {
		return block
	}
	return word
}

// Max makes one slot hold v if that is more than it does, in the order of unsigned
// numbers, and the guard is zero, or calls slow. It inlines to one call of a leaf.
func (g *GuardedCell) Max(v uint64, slow func(w unsafe.Pointer, v uint64)) {
	asm.Max(unsafe.Pointer(g), v, slow)
}

// MaxSlow does that in whatever way can be: there is one.
func (g *GuardedCell) MaxSlow(v uint64) {
	if b := g.cell.Backend(); b != nil {
		b.Max(g, v)
	} else {
		g.LocalMax(v)
	}
}

// SectionMax does that by a critical section, or else as LocalMax.
func (g *GuardedCell) SectionMax(v uint64) { asm.Max(unsafe.Pointer(g), v, localMax) }

// LocalMax does that on a word of the cell that is no slot's, by atomics.
func (g *GuardedCell) LocalMax(v uint64) { AtomicMax(&g.cell.local, v) }

func localMax(w unsafe.Pointer, v uint64) { (*GuardedCell)(w).LocalMax(v) }

// AtomicMax makes *w v if that is more.
func AtomicMax(w *uint64, v uint64) {
	for {
		old := atomic.LoadUint64(w)
		if v <= old || atomic.CompareAndSwapUint64(w, old, v) {
			return
		}
	}
}

// Largest returns the largest of what the words of the cell hold.
func (g *GuardedCell) Largest() uint64 {
	largest := atomic.LoadUint64(&g.cell.local)
	first, last := g.cell.inUse()
	for w := first; w != last; w += stride {
		largest = max(largest, atomic.LoadUint64(wordAt(w)))
	}
	runtime.KeepAlive(g)
	return largest
}

// Drain closes the guard, waits until no operation is under way that has found it
// open, and then calls f with what each word of the cell holds, which is 0 from then
// on. It leaves the guard closed. The caller must keep others from attaching, opening
// and draining the cell. Should the backend refuse the fence, which it must have
// granted before, the world is stopped instead.
//
// What is taken is written by others than its CPU's operations: see Stack.Drain for
// why that is safe. Words that are written by atomics need no guard.
func (g *GuardedCell) Drain(f func(word uint64)) {
	g.guard.Store(1)
	if b := g.cell.Backend(); b != nil && b.Fence(AllSlots) != nil {
		StopTheWorld()
	}
	asm.InjectedStack.WaitDrain()
	first, last := g.cell.inUse()
	for w := first; w != last; w += stride {
		if word := wordAt(w); atomic.LoadUint64(word) != 0 { // or its page may not be there
			f(atomic.SwapUint64(word, 0))
		}
	}
	f(atomic.SwapUint64(&g.cell.local, 0))
	runtime.KeepAlive(g)
}
