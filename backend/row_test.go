package backend_test

import (
	"math"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
)

// rowMemory returns a backend of memory for rows.
func rowMemory(t *testing.T) *stub {
	t.Helper()
	return newMemory(t, backend.Geometry{Slots: 64, Overflow: backend.OverflowSlots, Avoid: []uintptr{0, 4000}, Leaf: backend.LeafRseq})
}

// TestBucketsDontOverlap marks every word of rows of all sizes.
func TestBucketsDontOverlap(t *testing.T) {
	b := rowMemory(t)
	seen := map[uintptr]bool{}
	var all []*backend.Buckets
	for round := range 40 {
		for _, n := range []int{1, 2, 12, 31, 32, 33, 200, 1000} {
			buckets := backend.NewBuckets(b, n)
			if buckets == nil {
				t.Fatalf("no %d buckets", n)
			}
			all = append(all, buckets)
			from := buckets.Slot0()
			if from%16 != 0 {
				t.Fatalf("%d buckets at %#x", n, from)
			}
			for a := from; a < from+uintptr(n)*asm.BucketSize; a += 8 {
				if seen[a] {
					t.Fatalf("round %d, %d buckets: %#x is another's", round, n, a)
				}
				seen[a] = true
				if line := a % 4096 / 64; n < 100 && (line == 0 || line == 4000/64) {
					t.Fatalf("%d buckets stand on line %d, which is to be avoided", n, line)
				}
			}
		}
	}
	runtime.KeepAlive(all)
}

// TestBucketsAreZeroed: rows that nobody holds are used again, without what was there.
func TestBucketsAreZeroed(t *testing.T) {
	asm.GrowSlots(2)
	b := rowMemory(t)
	for range 100 {
		buckets := backend.NewBuckets(b, 300)
		counts := make([]uint64, 300)
		if sum := buckets.Add(counts); sum != 0 || counts[299] != 0 {
			t.Fatalf("%v and %d", sum, counts[299])
		}
		for slot := range uintptr(2) {
			mark(buckets.Slot0()+299*asm.BucketSize+slot<<backend.StrideShift, 0x1p60)
		}
		if sum := buckets.Add(counts); sum == 0 && counts[299] == 0 {
			t.Fatal("nothing is summed up")
		}
		buckets = nil
		runtime.GC()
		for end := time.Now().Add(time.Minute); b.Memory().Stats().Free == 0 && time.Now().Before(end); {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}
	if s := b.Memory().Stats(); s.Chunks > 1 {
		t.Errorf("%+v", s)
	}
}

// mark writes a float64 to both words of a bucket.
func mark(bucket uintptr, f float64) {
	for i := range uintptr(2) {
		a := bucket + 8*i
		**(**uint64)(unsafe.Pointer(&a)) = math.Float64bits(f)
	}
}

// TestNoBuckets: what can't be had is nil.
func TestNoBuckets(t *testing.T) {
	b := rowMemory(t)
	for _, n := range []int{-1, 0, 1 << 16, math.MaxInt} {
		if backend.NewBuckets(b, n) != nil {
			t.Errorf("there are %d buckets", n)
		}
	}
	if backend.NewBuckets(newMemory(t, backend.Geometry{Slots: 2}), 1) != nil {
		t.Error("there are buckets without sections")
	}
}

// TestRow: what a row says of itself, and whether bounds fit.
func TestRow(t *testing.T) {
	var r backend.Row
	if !r.Unused() || r.IsOpen() || r.Closed() {
		t.Error("the zero value is used")
	}
	b := backend.NewBuckets(rowMemory(t), 2)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		r.Open(b, []float64{math.Inf(1)})
	}()
	if !r.Unused() {
		t.Error("Open panicked and opened")
	}
	r.Open(b, []float64{0, math.Inf(1)})
	if r.Unused() || !r.IsOpen() || r.Closed() {
		t.Error("not open")
	}
	r.Close()
	if r.Unused() || r.IsOpen() || !r.Closed() {
		t.Error("not closed")
	}
}
