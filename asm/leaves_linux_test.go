//go:build linux && (amd64 || arm64) && gc && !purego

package asm

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"
)

// threadPointer returns what libc variants add areaOffset to.
func threadPointer(t *testing.T) (p uintptr) {
	if runtime.GOARCH == "amd64" {
		const sysArchPrctl, archGetFS = 158, 0x1003
		if _, _, errno := syscall.RawSyscall(sysArchPrctl, archGetFS, uintptr(unsafe.Pointer(&p)), 0); errno != 0 {
			t.Fatal(errno)
		}
	}
	return p // on arm64 it is the anchor, which is 0
}

// byHand stays where it is: the thread pointer names it.
var byHand struct {
	_    [64]byte // with the owner at its end
	area Area
}

// TestLeavesByHand calls the sections of every variant that are no additions, on an
// area that no kernel knows: what they do on one CPU, also where there is no rseq.
func TestLeavesByHand(t *testing.T) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // until it ends, with its thread
		if Anchor() != 0 {
			return // in use, or not ours to use
		}
		oldOffset, oldSlots := setup.areaOffset, Slots()
		defer func() { setup.areaOffset, setup.slots = oldOffset, oldSlots }()
		area := &byHand.area
		area.CPUID, area.MMCID = 1, 2
		owner := (*uintptr)(unsafe.Add(unsafe.Pointer(area), OwnerOffset))
		*owner = AreaOwner()
		setup.slots = 3
		for v := OwnCPUID; v <= LibcMMCID; v++ {
			useDescriptors(v)
			index := 1 + int(v-OwnCPUID)%2
			if v < LibcCPUID {
				SetAnchor(uintptr(unsafe.Pointer(area)))
			} else {
				SetAnchor(0)
				setup.areaOffset = int64(uintptr(unsafe.Pointer(area)) - threadPointer(t))
			}
			testLeaves(t, v, index)
			testObserve(t, v, index)
			area.CPUID = -1
			testSlow(t, v)
			area.CPUID = 1
		}
		SetAnchor(0)
	}()
	<-done
	if InUse() != Portable {
		useDescriptors(InUse())
	}
}

const slowResult = 12345

func slowTake(unsafe.Pointer, int64) bool    { slowCalls++; return false }
func slowNext(unsafe.Pointer, uint64) uint64 { return slowResult }
func slowMax(w unsafe.Pointer, v uint64)     { slowCalls++ }
func takeLeaf(v Variant) func(unsafe.Pointer, int64, func(unsafe.Pointer, int64) bool) bool {
	return call[func(unsafe.Pointer, int64, func(unsafe.Pointer, int64) bool) bool](&v.table()[leafTake].code)
}
func nextLeaf(v Variant) func(unsafe.Pointer, uint64, func(unsafe.Pointer, uint64) uint64) uint64 {
	return call[func(unsafe.Pointer, uint64, func(unsafe.Pointer, uint64) uint64) uint64](&v.table()[leafNextInBlock].code)
}
func maxLeaf(v Variant) func(unsafe.Pointer, uint64, func(unsafe.Pointer, uint64)) {
	return call[func(unsafe.Pointer, uint64, func(unsafe.Pointer, uint64))](&v.table()[leafMax].code)
}
func partLeaf(v Variant) func(unsafe.Pointer, any, func(unsafe.Pointer, any) unsafe.Pointer) unsafe.Pointer {
	return call[func(unsafe.Pointer, any, func(unsafe.Pointer, any) unsafe.Pointer) unsafe.Pointer](&v.table()[leafPart].code)
}

// slowPart returns what o points to, and p elsewhere, so that a test sees both arrive.
func slowPart(p unsafe.Pointer, o any) unsafe.Pointer {
	s := o.(*slowParts)
	s.p = p
	return unsafe.Pointer(s)
}

type slowParts struct{ p unsafe.Pointer }

// testPart: a variant's leaf finds the pointer of its index, and none beyond n, and nil
// is none.
func testPart(t *testing.T, v Variant, index int) {
	const places = 4
	parts := new([places]byte)
	for _, tt := range []struct {
		n    uint32
		sets []int
		slow bool
	}{{0, nil, true}, {places, nil, true}, {places, []int{index}, false}, {places, []int{0, 1, 2, 3}, false}, {uint32(index), []int{0, 1, 2, 3}, true}, {uint32(index + 1), []int{0, 1, 2, 3}, false}} {
		var table [places]unsafe.Pointer
		for _, i := range tt.sets {
			table[i] = unsafe.Pointer(&parts[i])
		}
		p := &Parts{tt.n, unsafe.Pointer(&table[0])}
		if tt.n == 0 {
			p.Table = nil
		}
		slow := new(slowParts)
		want, got := unsafe.Pointer(&parts[index]), unsafe.Pointer(slow)
		for i := 0; i < 1000 && got == unsafe.Pointer(slow); i++ { // it may be told to yield
			got = partLeaf(v)(unsafe.Pointer(p), slow, slowPart)
		}
		if tt.slow {
			want = unsafe.Pointer(slow)
		}
		if got != want || tt.slow && slow.p != unsafe.Pointer(p) {
			t.Errorf("%v: part %p of %d with %v there, want %p (slow: %v), its table %p is %p", v, got, tt.n, tt.sets, want, tt.slow, slow.p, p)
		}
	}
}

func testLeaves(t *testing.T, v Variant, index int) {
	memory := make([]uint64, 3<<StrideShift/8)
	cell := &memory[index<<StrideShift/8]
	g := &Guarded{Word: RseqWord(uintptr(unsafe.Pointer(&memory[0])))}
	w := unsafe.Pointer(g)
	// A leaf may be told to yield: then it goes the slow path, and is called again.
	again := func(f func() bool) bool {
		for range 1000 {
			slowCalls = 0
			if ok := f(); slowCalls == 0 {
				return ok
			}
		}
		return false
	}
	for _, tt := range []struct {
		held, n, left int64
		took          bool
	}{{5, 3, 2, true}, {3, 3, 0, true}, {2, 3, 2, false}, {0, -4, 4, true}, {0, 0, 0, true}, {-1, 0, -1, false}, {0, 1 << 40, 0, false}, {1 << 41, 1 << 40, 1 << 40, true}} {
		*cell = uint64(tt.held)
		if took := again(func() bool { return takeLeaf(v)(w, tt.n, slowTake) }); took != tt.took || int64(*cell) != tt.left {
			t.Errorf("%v: Take(%d) of %d: %v, %d left, want %v and %d", v, tt.n, tt.held, took, int64(*cell), tt.took, tt.left)
		}
	}
	for _, tt := range []struct{ held, guard, block, next, left uint64 }{
		{0, 0, 3 * BlockLen, 3 * BlockLen, 3*BlockLen + 1},
		{3*BlockLen + 1, 0, 0, 3*BlockLen + 1, 3*BlockLen + 2},
		{4*BlockLen - 1, 0, 0, 4*BlockLen - 1, 4 * BlockLen},
		{4 * BlockLen, 0, 0, slowResult, 4 * BlockLen},
		{4*BlockLen + 5, 4*BlockLen + 5, 0, 4*BlockLen + 5, 4*BlockLen + 6},
		{4*BlockLen + 5, 4*BlockLen + 6, 0, slowResult, 4*BlockLen + 5},
		{4*BlockLen + 5, 4*BlockLen + 6, 9 * BlockLen, 9 * BlockLen, 9*BlockLen + 1},
		{1<<63 + 1, 1, 0, 1<<63 + 1, 1<<63 + 2},
		{1, 1 << 63, 0, slowResult, 1},
	} {
		*cell, g.Guard = tt.held, tt.guard
		var next uint64
		for range 1000 {
			if next = nextLeaf(v)(w, tt.block, slowNext); next == tt.next {
				break
			}
		}
		if next != tt.next || *cell != tt.left {
			t.Errorf("%v: NextInBlock(%#x) of %#x, guard %#x: %#x, left %#x, want %#x and %#x", v, tt.block, tt.held, tt.guard, next, *cell, tt.next, tt.left)
		}
	}
	g.Guard = 0
	for _, tt := range []struct{ held, v, left uint64 }{{0, 1, 1}, {5, 4, 5}, {5, 5, 5}, {5, 6, 6}, {1, 1 << 63, 1 << 63}, {1 << 63, 1, 1 << 63}} {
		*cell = tt.held
		again(func() bool { maxLeaf(v)(w, tt.v, slowMax); return true })
		if *cell != tt.left {
			t.Errorf("%v: Max(%d) of %d leaves %d, want %d", v, tt.v, tt.held, *cell, tt.left)
		}
	}
	testPart(t, v, index)
	*cell, g.Guard, slowCalls = 7, 1, 0
	takeLeaf(v)(w, 1, slowTake)
	maxLeaf(v)(w, 9, slowMax)
	if slowCalls != 2 || *cell != 7 {
		t.Errorf("%v: with a closed guard %d of Take and Max went the slow path, and 7 became %d", v, slowCalls, *cell)
	}
	atomic.StoreUint64(&g.Guard, 0)
	for s := range 3 {
		if w := memory[s<<StrideShift/8]; s != index && w != 0 {
			t.Errorf("%v: slot %d was written: %d", v, s, w)
		}
	}
	runtime.KeepAlive(memory)
}

// testSlow: without a CPU all go the slow path.
func testSlow(t *testing.T, v Variant) {
	memory := make([]uint64, 3<<StrideShift/8)
	g := &Guarded{Word: RseqWord(uintptr(unsafe.Pointer(&memory[0])))}
	w := unsafe.Pointer(g)
	slowCalls = 0
	takeLeaf(v)(w, -1, slowTake)
	maxLeaf(v)(w, 1, slowMax)
	if next := nextLeaf(v)(w, BlockLen, slowNext); slowCalls != 2 || next != slowResult {
		t.Errorf("%v: slow paths %d, %d", v, slowCalls, next)
	}
	table := [3]unsafe.Pointer{w, w, w}
	p, slow := &Parts{3, unsafe.Pointer(&table[0])}, new(slowParts)
	if part := partLeaf(v)(unsafe.Pointer(p), slow, slowPart); part != unsafe.Pointer(slow) {
		t.Errorf("%v: a part of a thread without a CPU", v)
	}
	runtime.KeepAlive(memory)
}
