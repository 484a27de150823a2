package asm

// Word is what the operations are called with: the address of a cell in slot
// 0, and in its sign and lowest bit how the cell may be reached.
//
//	0                 not attached to memory yet: slow path
//	> 0               address; sections commit to it
//	< 0, even         minus the address; reached by atomics at a hinted slot
//	< 0, …001         minus the address, lowest bit set: slow path only
//	< 0, …011         no slots yet, as only one hint has come: see AloneWord
//
// User-space addresses are positive and cells are 8-byte aligned, so one test
// on the hot path tells the first from all others. It is read by assembly, so
// whoever changes it does so atomically.
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

// AloneWord returns the word of a cell that shall be reached by hints, but has no
// slots as long as others hardly meet there: then all is added to the word behind,
// Cell.Local. It names who was there last, by AloneHint, which leaves compare, and has
// two numbers for who counts meetings: how many there were, and when the last was.
//
//	bits  0- 2   aloneTag
//	bits  3-14   the hint
//	bits 15-19   meetings
//	bits 20-40   when
//	bits 41-63   ones
func AloneWord(hint, meetings, when uint32) Word {
	return Word(^int64(0)<<41 | int64(when&whenMask)<<20 | int64(meetings&meetingsMask)<<15 | int64(hint&hintMask)<<3 | aloneTag)
}

const (
	tagOfWords   = 7
	aloneTag     = 3
	hintMask     = 0xfff
	aloneBits    = hintMask<<3 | tagOfWords
	meetingsMask = 0x1f
	whenMask     = 1<<21 - 1
	threadShift  = 11 // the runtime's structures of threads are about 2 KiB
)

// Alone returns what AloneWord was called with, if it has made this word.
func (w Word) Alone() (hint, meetings, when uint32, ok bool) {
	return uint32(w) >> 3 & hintMask, uint32(w) >> 15 & meetingsMask, uint32(w>>20) & whenMask, w < 0 && w&tagOfWords == aloneTag
}

// Slot0 returns the address of the cell in slot 0, or 0 if there is none.
func (w Word) Slot0() uintptr {
	if w >= 0 {
		return uintptr(w)
	}
	if w&tagOfWords == aloneTag {
		return 0
	}
	return uintptr(1-w) &^ 7 // also takes the low bit off, and makes 0 of NoWord
}
