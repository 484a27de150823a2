package primitives

import (
	"sync/atomic"
	"unsafe"
)

// mapTable is the buckets of a shard between two resizes: 2^lg roots, indexed by
// the highest bits of a hash, and behind them spare buckets for chains.
//
// Readers don't need it but for far buckets: they find the roots by a pointer
// that also says how many there are.
type mapTable struct {
	root  unsafe.Pointer // as rootOf makes it
	lg    int
	spare int          // buckets behind the roots
	spent atomic.Int64 // buckets that were asked for beside the roots
	limit int64        // of spent; at multiples of it the shard is looked at
	moved int64        // spent once it had been filled from its predecessor

	far atomic.Pointer[[]unsafe.Pointer] // to farChunk buckets each, for want of spare ones
}

const (
	farChunk   = 16
	spareShare = 8 // roots to a spare bucket: enough for 1.9 words to a root
)

// newMapTable returns an empty table in memory of the layout.
func newMapTable(l mapLayout, lg int) *mapTable {
	t := &mapTable{lg: lg, spare: 1 << lg / spareShare}
	t.limit = max(1, int64(t.spare))
	t.root = rootOf(l.alloc(1<<lg+t.spare), lg)
	return t
}

// A root pointer points to the first bucket of a table, which is at a multiple
// of 64, and some bytes into it: how many says how far a hash must be shifted to
// the right to become the offset of a bucket, but for its last 6 bits.
const maxLg = 58

func rootOf(first unsafe.Pointer, lg int) unsafe.Pointer { return unsafe.Add(first, maxLg-lg) }

func rootLg(root unsafe.Pointer) int { return maxLg - int(uintptr(root)%bucketSize) }

// The next word of a bucket is 0, or the offset of a bucket in the same
// allocation, or it has the top bit set and says which of the far buckets.
const nextFar = 1 << 63

func isNear(next uint64) bool { return int64(next) > 0 }

// near returns the bucket that a next word says, or that is at an offset.
func near(root unsafe.Pointer, next uint64) *mapBucket {
	return (*mapBucket)(unsafe.Add(root, uintptr(next)-uintptr(root)%bucketSize))
}

// rootBucket returns the root for a hash: that of index h >> (64-lg).
func rootBucket(root unsafe.Pointer, h uint64) *mapBucket {
	offset := uintptr(h>>(uintptr(root)%bucketSize)) &^ (bucketSize - 1)
	return (*mapBucket)(unsafe.Add(root, offset-uintptr(root)%bucketSize))
}

// bucket returns the bucket that a next word says.
func (t *mapTable) bucket(next uint64) *mapBucket {
	if isNear(next) {
		return near(t.root, next)
	}
	far := next &^ nextFar
	chunk := (*t.far.Load())[far/farChunk]
	return (*mapBucket)(unsafe.Add(chunk, far%farChunk*bucketSize))
}

// spend returns the next word for another bucket of a chain, and reports whether
// it is time to look at the shard.
func (t *mapTable) spend(s *mapShard, l mapLayout) (next uint64, look bool) {
	n := t.spent.Add(1)
	look = n%t.limit == 0
	far := int(n) - 1 - t.spare
	if far < 0 {
		return uint64(1<<t.lg+n-1) * bucketSize, look
	}
	s.park.Lock()
	defer s.park.Unlock()
	var chunks []unsafe.Pointer
	if old := t.far.Load(); old != nil {
		chunks = *old
	}
	for len(chunks) <= far/farChunk {
		chunks = append(chunks[:len(chunks):len(chunks)], l.alloc(farChunk))
		t.far.Store(&chunks)
	}
	return uint64(far) | nextFar, look
}
