//go:build linux && (amd64 || arm64) && gc && !purego

package asm

import (
	"math"
	"runtime"
	"testing"
	"unsafe"
)

func slowObserve(unsafe.Pointer, int, float64) { slowCalls++ }

func observeLeaf(v Variant) func(unsafe.Pointer, int, float64, func(unsafe.Pointer, int, float64)) {
	return call[func(unsafe.Pointer, int, float64, func(unsafe.Pointer, int, float64))](&v.table()[leafObserve].code)
}

// testObserve calls a variant's Observe on an area that no kernel knows: see
// TestLeavesByHand.
func testObserve(t *testing.T, v Variant, index int) {
	memory := make([]Bucket, 3<<StrideShift/BucketSize)
	bounds := []float64{-1, 0, 2, math.Inf(1)}
	open := RseqWord(uintptr(unsafe.Pointer(&memory[0])))
	for _, tt := range []struct {
		from   int
		v      float64
		word   Word
		bounds *float64
		bucket int // -1: the slow path's
	}{
		{0, -5, open, &bounds[0], 0},
		{0, -1, open, &bounds[0], 0},
		{0, -0.5, open, &bounds[0], 1},
		{0, math.Copysign(0, -1), open, &bounds[0], 1},
		{0, 5e-324, open, &bounds[0], 2},
		{0, 2, open, &bounds[0], 2},
		{0, 3, open, &bounds[0], 3},
		{2, -7, open, &bounds[0], 2},
		{3, 1, open, &bounds[0], 3},
		{0, -0x1p1006, open, &bounds[0], 0},
		{0, 0x1p1009, open, &bounds[0], -1},
		{0, -0x1p1009, open, &bounds[0], -1},
		{0, math.Inf(1), open, &bounds[0], -1},
		{0, math.Inf(-1), open, &bounds[0], -1},
		{0, math.NaN(), open, &bounds[0], -1},
		{3, math.NaN(), open, &bounds[0], -1},
		{0, 1, open, nil, -1},
		{0, 1, 0, &bounds[0], -1},
		{0, 1, NoWord, &bounds[0], -1},
	} {
		clear(memory)
		row := &Row{tt.word, tt.bounds}
		for range 1000 { // it may be told to yield
			slowCalls = 0
			if observeLeaf(v)(unsafe.Pointer(row), tt.from, tt.v, slowObserve); slowCalls == 0 {
				break
			}
		}
		if (slowCalls > 0) != (tt.bucket < 0) {
			t.Errorf("%v: Observe(%d, %v), word %#x: slow %d", v, tt.from, tt.v, tt.word, slowCalls)
		}
		if tt.bucket >= 0 { // and twice more, so that both sums have been used where there are two
			for done, try := 1, 0; done < 3 && try < 1000; try++ {
				slowCalls = 0
				observeLeaf(v)(unsafe.Pointer(row), tt.from, tt.v, slowObserve)
				done += 1 - slowCalls
			}
		}
		for s := range 3 {
			for i := range bounds {
				count, sum := LoadBucket(&memory[s<<StrideShift/BucketSize+i])
				want := 0.0
				if s == index && i == tt.bucket {
					want = 3
				}
				if float64(count) != want || sum != tt.v*want && !(count == 0 && sum == 0) {
					t.Errorf("%v: Observe(%d, %v): %d and %v in bucket %d of slot %d", v, tt.from, tt.v, count, sum, i, s)
				}
			}
		}
	}
	runtime.KeepAlive(memory)
}
