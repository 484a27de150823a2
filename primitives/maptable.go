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
	root  unsafe.Pointer // to byte 63-lg of the first bucket, which is at a multiple of 64
	lg    int
	spare int          // buckets behind the roots
	spent atomic.Int64 // buckets that were asked for beside the roots
	limit int64        // of spent; at multiples of it the shard is looked at
	moved int64        // spent once it had been filled from its predecessor

	far atomic.Pointer[[]unsafe.Pointer] // to farChunk buckets each, for want of spare ones
}

const farChunk = 16

// newMapTable returns an empty table in memory of the layout.
func newMapTable(l mapLayout, lg int) *mapTable {
	t := &mapTable{lg: lg, spare: 1 << lg / 4}
	t.limit = max(1, int64(t.spare))
	t.root = unsafe.Add(l.alloc(1<<lg+t.spare), 63-lg)
	return t
}

// rootBucket returns the root for a hash, of the table that root points to. The
// index is h >> (64-lg), in a form that needs no test for lg = 0.
func rootBucket(root unsafe.Pointer, h uint64) *mapBucket {
	shift := uintptr(root) % bucketSize // 63-lg
	return (*mapBucket)(unsafe.Add(root, uintptr(h>>1>>shift)*bucketSize-shift))
}

func rootLg(root unsafe.Pointer) int { return 63 - int(uintptr(root)%bucketSize) }

// bucket returns the bucket of an index, root, spare or far.
func (t *mapTable) bucket(index uint64) *mapBucket {
	if near := uint64(1<<t.lg + t.spare); index >= near {
		index -= near
		chunk := (*t.far.Load())[index/farChunk]
		return (*mapBucket)(unsafe.Add(chunk, index%farChunk*bucketSize))
	}
	return (*mapBucket)(unsafe.Add(t.root, index*bucketSize-uint64(63-t.lg)))
}

// spend returns the index of a bucket for a chain and reports whether it is time
// to look at the shard.
func (t *mapTable) spend(s *mapShard, l mapLayout) (index uint64, look bool) {
	n := t.spent.Add(1)
	index = uint64(1<<t.lg) + uint64(n-1)
	if far := int(n) - 1 - t.spare; far >= 0 {
		s.park.Lock()
		var chunks []unsafe.Pointer
		if old := t.far.Load(); old != nil {
			chunks = *old
		}
		for len(chunks) <= far/farChunk {
			chunks = append(chunks[:len(chunks):len(chunks)], l.alloc(farChunk))
			t.far.Store(&chunks)
		}
		s.park.Unlock()
	}
	return index, n%t.limit == 0
}
