package primitives

import (
	"runtime"
	"sync/atomic"
	"testing"
	"unsafe"
)

// TestBoxBucketsAreScanned: what buckets point to is not collected, whatever the
// size of the allocation, and buckets are on lines of their own.
func TestBoxBucketsAreScanned(t *testing.T) {
	type object [3]int
	for n := 1; n < 2000; n = n*5/4 + 1 {
		p := makeBoxBuckets(n)
		if !onLine(p) || !onLine(makeWordBuckets(n)) {
			t.Fatalf("%d buckets are not on lines of their own", n)
		}
		entry := func(i, slot int) *unsafe.Pointer { return (*mapBucket)(unsafe.Add(p, i*bucketSize)).entry(slot) }
		for i := range n {
			for slot := range boxSlots {
				atomic.StorePointer(entry(i, slot), unsafe.Pointer(&object{i, i, i}))
			}
		}
		runtime.GC()
		for range n * boxSlots { // takes the place of what was collected
			_ = append([]*object(nil), new(object))
		}
		for i := range n {
			for slot := range boxSlots {
				if o := (*object)(atomic.LoadPointer(entry(i, slot))); *o != (object{i, i, i}) {
					t.Fatalf("of %d buckets, %d has lost object %d: %v", n, i, slot, *o)
				}
			}
		}
	}
}
