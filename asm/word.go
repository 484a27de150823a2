package asm

// Word is what the operations are called with: the address of a cell in slot
// 0, and in its sign and lowest bit how the cell may be reached.
//
//	0                 not attached to memory yet: slow path
//	> 0               address; sections commit to it
//	< 0, even         minus the address; reached by atomics at a hinted slot
//	< 0, odd          minus the address, lowest bit set: slow path only
//
// User-space addresses are positive and cells are 8-byte aligned, so one test
// on the hot path tells the first from all others. It is read by assembly, so
// whoever changes it does so atomically, and at most once from zero.
type Word int64

// RseqWord returns the word of a cell that sections commit to.
func RseqWord(slot0 uintptr) Word { return Word(slot0) }

// HintWord returns the word of a cell that is reached only by atomics, at
// slots chosen by hint. SetupHints must have been called.
func HintWord(slot0 uintptr) Word { return -Word(slot0) }

// SlowWord returns the word of a cell that only slow paths reach.
func SlowWord(slot0 uintptr) Word { return -Word(slot0) | 1 }

// NoWord is the word of a cell for which there was no memory: slow path only.
const NoWord Word = -1

// Slot0 returns the address of the cell in slot 0, or 0 if there is none.
func (w Word) Slot0() uintptr {
	if w >= 0 {
		return uintptr(w)
	}
	return uintptr(1-w) &^ 7 // also takes the low bit off, and makes 0 of NoWord
}
