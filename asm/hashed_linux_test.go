//go:build linux && (amd64 || arm64) && gc && !purego

package asm

import (
	"sync/atomic"
	"testing"
	"unsafe"
)

// TestSectionsLeaveHashesAlone: where the hint is the goroutine's hash, because the
// processor has no other, leaves with sections don't ask the processor. That would
// be an instruction that it does not know.
func TestSectionsLeaveHashesAlone(t *testing.T) {
	oldSlots, oldMask := HintSlots(), atomic.LoadUint32(&setup.hashMask)
	defer func() {
		atomic.StoreUint32(&setup.hintSlots, oldSlots)
		atomic.StoreUint32(&setup.hashMask, oldMask)
	}()
	const slots = 4096 // more than there are CPUs, or the leaf would not get as far
	SetupHints(slots, true)
	memory := make([]uint64, slots<<StrideShift/8)
	word := HintWord(uintptr(unsafe.Pointer(&memory[0])))
	for v := OwnCPUID; v <= LibcMMCID; v++ {
		table := v.table()
		slowCalls = 0
		call[func(w unsafe.Pointer, delta int64, slow func(w unsafe.Pointer, delta int64))](&table[leafAdd].code)(unsafe.Pointer(&word), 1, countSlow)
		call[func(w unsafe.Pointer, delta float64, slow func(w unsafe.Pointer, delta float64))](&table[leafAddFloat64].code)(unsafe.Pointer(&word), 1, countSlowFloat64)
		if slowCalls != 2 {
			t.Errorf("%v: Add and AddFloat64 went the slow path %d times, want 2", v, slowCalls)
		}
	}
}

// call returns the func value for the code at *code.
func call[F any](code *uintptr) F { return *(*F)(unsafe.Pointer(&code)) }

var slowCalls int

func countSlow(unsafe.Pointer, int64)          { slowCalls++ }
func countSlowFloat64(unsafe.Pointer, float64) { slowCalls++ }
