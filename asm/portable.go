package asm

import (
	"math"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// The leaves in Go: what the others do without a section. They serve where there is
// no assembly, until a backend is open, and where the atomic backend finds no hint
// in the processor.

func add(w unsafe.Pointer, delta int64, slow func(w unsafe.Pointer, delta int64)) {
	if word := hinted(w); word != nil {
		atomic.AddInt64((*int64)(unsafe.Pointer(word)), delta)
		runtime.KeepAlive(w) // this is no assembly: the word might be another cell's by now
		return
	}
	slow(w, delta)
}

func addFloat64(w unsafe.Pointer, delta float64, slow func(w unsafe.Pointer, delta float64)) {
	if word := hinted(w); word == nil || !SwapFloat64(word, delta) {
		slow(w, delta)
	}
}

// Huge reports whether a slot must not hold f: see AddFloat64 in spec.go.
func Huge(f float64) bool { return math.Float64bits(f)>>52&0x7ff >= hugeExponent }

// SwapFloat64 adds delta to the float64 of *word by compare-and-swap, unless that
// makes it huge, and reports whether it did.
func SwapFloat64(word *uint64, delta float64) bool {
	for {
		old := atomic.LoadUint64(word)
		sum := math.Float64frombits(old) + delta
		switch {
		case Huge(sum):
			return false
		case atomic.CompareAndSwapUint64(word, old, math.Float64bits(sum)):
			return true
		}
	}
}

func leave(w unsafe.Pointer, shared *int64, slow func(w unsafe.Pointer, sum int64)) {
	if sum := AddShared(shared, -1); sum < 0 {
		slow(w, sum)
	}
}

func addIfZero(w unsafe.Pointer, delta int64, arg unsafe.Pointer, slow func(w unsafe.Pointer, delta int64, arg unsafe.Pointer) bool) bool {
	return slow(w, delta, arg)
}

func take(w unsafe.Pointer, n int64, slow func(w unsafe.Pointer, n int64) bool) bool {
	return slow(w, n)
}

func nextInBlock(w unsafe.Pointer, block uint64, slow func(w unsafe.Pointer, block uint64) uint64) uint64 {
	return slow(w, block)
}

func maximum(w unsafe.Pointer, v uint64, slow func(w unsafe.Pointer, v uint64)) { slow(w, v) }

func part(p unsafe.Pointer, o any, slow func(p unsafe.Pointer, o any) unsafe.Pointer) unsafe.Pointer {
	if mask := setup.hashMask; mask != 0 {
		parts, i := (*Parts)(p), GoroutineHash()&mask
		if i < atomic.LoadUint32(&parts.N) {
			place := (*unsafe.Pointer)(unsafe.Add(atomic.LoadPointer(&parts.Table), uintptr(i)*unsafe.Sizeof(parts.Table)))
			if part := atomic.LoadPointer(place); part != nil {
				return part
			}
		}
	}
	return slow(p, o)
}

func observe(w unsafe.Pointer, from int, v float64, slow func(w unsafe.Pointer, from int, v float64)) {
	slow(w, from, v)
}

func push(s, x unsafe.Pointer, o any, slow func(s, x unsafe.Pointer, o any)) { slow(s, x, o) }

func pop(s unsafe.Pointer, o any, slow func(s unsafe.Pointer, o any) unsafe.Pointer) unsafe.Pointer {
	return slow(s, o)
}

func pushBatch(s unsafe.Pointer, items *uintptr, n int) int { return -1 }
func popBatch(s unsafe.Pointer, items *uintptr, n int) int  { return -1 }

// hinted returns the word at the hint's slot of a cell, or the one that stands for
// all slots, or nil if *w is no word of a portable leaf's.
func hinted(w unsafe.Pointer) *uint64 {
	word := atomic.LoadInt64((*int64)(w))
	mask := setup.hashMask
	if word >= 0 || mask == 0 {
		return nil
	}
	hint := GoroutineHash()
	switch word & tagOfWords {
	case 0:
		addr := uintptr(-word) + uintptr(hint&mask)<<StrideShift
		return *(**uint64)(unsafe.Pointer(&addr)) // the detour tells the pointer checks that it is not Go's
	case aloneTag:
		if word&aloneBits == int64(hint&hintMask<<3|aloneTag) {
			return &(*Cell)(w).Local
		}
	}
	return nil
}
