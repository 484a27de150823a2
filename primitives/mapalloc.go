package primitives

import "unsafe"

// Buckets stand on cache lines of their own, at multiples of 64. The runtime
// does not promise that, so it is looked at; and it puts a word before objects of
// middling size that hold pointers (the malloc header of Go 1.22), so for those
// it takes another way. The collector must find the pointers where the type of
// the allocation has them, so one can't just move on to the next multiple.

// makeWordBuckets returns n buckets without pointers.
func makeWordBuckets(n int) unsafe.Pointer {
	p := unsafe.Pointer(unsafe.SliceData(make([]mapBucket, n)))
	if !onLine(p) {
		p = unsafe.Pointer(unsafe.SliceData(make([]mapBucket, n+1)))
		p = unsafe.Add(p, -uintptr(p)%bucketSize)
	}
	return p
}

// rotatedBucket is a boxBucket with its first word, that is meta, at the end. In
// a row of them, from the last word of one to the next, are boxBuckets.
type rotatedBucket struct {
	_       uint64
	_       [len(boxBucket{}.pad)]byte
	entries [boxSlots]unsafe.Pointer
	meta    uint64
}

// All have the same size, and words where they are expected.
var (
	_ [0]struct{} = [unsafe.Sizeof(mapBucket{}) - bucketSize]struct{}{}
	_ [0]struct{} = [unsafe.Sizeof(boxBucket{}) - bucketSize]struct{}{}
	_ [0]struct{} = [unsafe.Sizeof(rotatedBucket{}) - bucketSize]struct{}{}
	_ [0]struct{} = [unsafe.Offsetof(boxBucket{}.next) - unsafe.Offsetof(mapBucket{}.next)]struct{}{}
	_ [0]struct{} = [unsafe.Offsetof(rotatedBucket{}.entries) + unsafe.Sizeof(uint64(0)) - unsafe.Offsetof(boxBucket{}.entries)]struct{}{}
)

// Objects with pointers have a header if they are larger and not larger than
// this. If it is wrong, memory is wasted.
const (
	headerAbove  = 512
	headerUpto   = 32<<10 - 8
	largeBuckets = 64 << 10 / bucketSize // allocated as pages
)

// makeBoxBuckets returns n buckets with pointers.
func makeBoxBuckets(n int) unsafe.Pointer {
	plain := func(n int) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]boxBucket, n))) }
	rotated := func(n int) unsafe.Pointer {
		return unsafe.Pointer(&unsafe.SliceData(make([]rotatedBucket, n+1)).meta)
	}
	first, second := plain, rotated
	if size := n * bucketSize; size > headerAbove && size <= headerUpto {
		first, second = rotated, plain
	}
	p := first(n)
	if !onLine(p) {
		p = second(n)
	}
	if !onLine(p) {
		p = plain(max(n, largeBuckets))
	}
	if !onLine(p) {
		panic("percpu: Map: the runtime allocates pages that are not at multiples of 64")
	}
	return p
}

func onLine(p unsafe.Pointer) bool { return uintptr(p)%bucketSize == 0 }
