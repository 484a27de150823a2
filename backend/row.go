package backend

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// Row counts observations in buckets with upper bounds, and sums them up: each is one
// critical section, and changes count and sum at once. There are rows only in memory of
// sections, so it is a mechanism, not a histogram: an observation that can't be made says
// so, and its owner must have another place for it.
//
// The zero value has no bounds and no buckets. It must not be copied after first use. It
// costs 16 bytes; see Buckets for what it costs on each CPU.
type Row struct {
	words asm.Row // first: leaves get its address
}

// Observe counts v in the first bucket, from the index from on, whose bound is not less. If
// that can't be done it calls slow, declared at package level, with the address of the Row,
// and so of a struct that begins with it: there are no bounds or no buckets, the thread is
// new or can't commit, the runtime wants the goroutine to yield, v is NaN, or a sum would
// become huge; see Backend. It inlines to one call of a leaf.
func (r *Row) Observe(from int, v float64, slow func(w unsafe.Pointer, from int, v float64)) {
	asm.Observe(unsafe.Pointer(r), from, v, slow)
}

// Open lets observations go to b from now on, which has as many buckets as there are bounds.
// Their last must be +Inf. The caller must keep b, serialize calls of Open and Close, and
// give the same bounds each time.
func (r *Row) Open(b *Buckets, bounds []float64) {
	if len(bounds) != b.n {
		panic("percpu: Row.Open: another number of bounds than of buckets")
	}
	atomic.StoreInt64((*int64)(&r.words.Word), int64(asm.RseqWord(b.slot0)))
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&r.words.Bounds)), unsafe.Pointer(unsafe.SliceData(bounds)))
}

// Close makes all observations slow. Those that are under way may go on until the backend's
// Fence.
func (r *Row) Close() { atomic.StoreInt64((*int64)(&r.words.Word), int64(asm.NoWord)) }

// Unused reports whether the row was neither opened nor closed yet.
func (r *Row) Unused() bool { return atomic.LoadInt64((*int64)(&r.words.Word)) == 0 }

// Closed reports whether the row has been closed, and not opened again.
func (r *Row) Closed() bool { return atomic.LoadInt64((*int64)(&r.words.Word)) < 0 }

// IsOpen reports whether the row is open.
func (r *Row) IsOpen() bool { return atomic.LoadInt64((*int64)(&r.words.Word)) > 0 }

// Buckets is the memory of a Row: in each slot that is used, 16 bytes for each bucket, and
// 32 on arm64. It never becomes another's while it is reachable.
type Buckets struct {
	slot0 uintptr
	n     int
	lease *lease
}

// mostBuckets is how many buckets a Row may have: half a slot's.
const mostBuckets = stride / 2 / asm.BucketSize

// NewBuckets returns n buckets without observations, or nil if b has none: no sections, no
// memory, or not as much.
func NewBuckets(b Backend, n int) *Buckets {
	m := b.Memory()
	if m.geo.Leaf != LeafRseq || n < 1 || n > mostBuckets {
		return nil
	}
	slot0, lease, err := m.allocRow(n * asm.BucketSize)
	if err != nil {
		return nil
	}
	return &Buckets{slot0, n, lease}
}

// Add adds to counts what the buckets hold, and returns their sum. All observations that
// happen before the call are in it; of one that is under way there may be the one without
// the other, unless nobody observes in these buckets any more: see Row.Close.
func (b *Buckets) Add(counts []uint64) (sum float64) {
	_, slots := b.lease.memory.inUse()
	for i := range counts[:b.n] {
		addr := b.slot0 + uintptr(i)*asm.BucketSize
		for range slots {
			n, s := asm.LoadBucket(*(**asm.Bucket)(unsafe.Pointer(&addr))) // see wordAt
			counts[i] += n
			sum += s
			addr += stride
		}
	}
	runtime.KeepAlive(b)
	return sum
}

// rowBlock is memory that several small rows are taken from.
type rowBlock struct {
	next, end uintptr
	lease     *lease
}

const (
	rowBlockSize = 4 * groupSize
	smallRow     = rowBlockSize / 4
)

// allocRow returns the address in slot 0 of size zeroed bytes, and the lease that keeps them.
func (m *Memory) allocRow(size int) (uintptr, *lease, error) {
	if size > smallRow {
		return m.allocBlock(size)
	}
	m.rowsMu.Lock()
	defer m.rowsMu.Unlock()
	if m.rows.end-m.rows.next < uintptr(size) {
		block, lease, err := m.allocBlock(rowBlockSize)
		if err != nil {
			return 0, nil, err
		}
		m.rows = rowBlock{block, block + rowBlockSize, lease}
	}
	slot0 := m.rows.next
	m.rows.next += uintptr(size)
	return slot0, m.rows.lease, nil
}
