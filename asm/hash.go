package asm

import "unsafe"

// AloneHint returns the hint of AloneWords that leaves look for now: a hash of the
// thread where slots are CPUs', and else of the goroutine.
func AloneHint() uint32 {
	if HintsHashed() || HintSlots() == 0 { // the second in tests
		return GoroutineHash() & hintMask
	}
	return threadHint()
}

// GoroutineHash returns a number that is the same for nearby calls of one
// goroutine and differs between most goroutines: a hash of a stack address. A
// stack has at least 2 KiB, so that the bits below say where in its stack the
// goroutine is, not which goroutine it is. The multiplier is 2^32 divided by
// the golden ratio (Knuth, The Art of Computer Programming, 6.4).
//
// Where pointers are checked, as under -asan, a variable whose address becomes an
// unsafe.Pointer would move to the heap.
//
//go:nocheckptr
func GoroutineHash() uint32 {
	var here byte
	return uint32(uintptr(unsafe.Pointer(&here))>>11) * 0x9e3779b9 >> 16
}
