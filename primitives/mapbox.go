package primitives

import (
	"sync/atomic"
	"unsafe"
)

// The layout of all other maps: buckets hold pointers to entries, which never
// change. A value is replaced by another entry.

type boxBucket struct {
	meta, next uint64
	pad        [bucketSize - 16 - boxSlots*unsafe.Sizeof(unsafe.Pointer(nil))]byte // at the end it would not be empty
	entries    [boxSlots]unsafe.Pointer
}

const boxSlots = 6

type mapEntry[K comparable, V any] struct {
	key   K
	value V
}

// unequalEntry is the entry of a key that is not equal to itself, as a NaN is.
// Its hash is different each time, so the first one is kept: the entry must have
// a place in the order of hashes.
type unequalEntry[K comparable, V any] struct {
	mapEntry[K, V]
	hash uint64
}

func newEntry[K comparable, V any](h uint64, k K, v V) unsafe.Pointer {
	if k != k {
		return unsafe.Pointer(&unequalEntry[K, V]{mapEntry[K, V]{k, v}, h})
	}
	return unsafe.Pointer(&mapEntry[K, V]{k, v})
}

// hashOf returns the hash that e was stored under.
func (m *Map[K, V]) hashOf(e *mapEntry[K, V]) uint64 {
	if e.key != e.key {
		return (*unequalEntry[K, V])(unsafe.Pointer(e)).hash
	}
	return m.hash(e.key)
}

func (b *mapBucket) entry(slot int) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(&(*boxBucket)(unsafe.Pointer(b)).entries), uintptr(slot)*unsafe.Sizeof(unsafe.Pointer(nil))))
}

// loadEntry returns a key's entry, or nil.
func (m *Map[K, V]) loadEntry(h uint64, k K) *mapEntry[K, V] {
	s := &m.core.shards[h&m.core.mask]
start:
	root := atomic.LoadPointer(s.root)
	if root == nil {
		return nil
	}
table:
	b := rootBucket(root, h)
	for {
		meta := atomic.LoadUint64(&b.meta)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			e := (*mapEntry[K, V])(atomic.LoadPointer(b.entry(slotOf(t))))
			if e != nil && e.key == k {
				return e
			}
		}
		if meta&metaMoved != 0 {
			t := s.successor(root)
			if t == nil {
				goto start
			}
			root = t.root
			goto table
		}
		next, current := s.follow(root, b)
		if !current {
			goto start
		}
		if next == nil {
			return nil
		}
		b = next
	}
}

// findEntry goes to where the key is, or else to where it can be put.
func findEntry[K comparable, V any](l *mapHold, h uint64, k K) *mapEntry[K, V] {
	for b := l.first; b != nil; b = l.step(b) {
		meta := l.metaOf(b)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			e := (*mapEntry[K, V])(atomic.LoadPointer(b.entry(slotOf(t))))
			if e != nil && e.key == k {
				l.at, l.slot = b, slotOf(t)
				return e
			}
		}
		l.free(b, meta, boxTags)
	}
	return nil
}

// putEntry stores an entry where findEntry has, or has not, found one.
func (l *mapHold) putEntry(h uint64, e unsafe.Pointer, found bool) {
	if found {
		atomic.StorePointer(l.at.entry(l.slot), e)
		return
	}
	link := l.room()
	atomic.StorePointer(l.at.entry(l.slot), e)
	l.publish(withTag(l.metaOf(l.at), l.slot, tagOf(h)), link)
}

// boxLayout is a mapLayout.
type boxLayout[K comparable, V any] struct{ m *Map[K, V] }

func (x boxLayout[K, V]) alloc(n int) unsafe.Pointer { return makeBoxBuckets(n) }

func (x boxLayout[K, V]) moveChain(s *mapShard, old, to *mapTable, b *mapBucket) {
	eachEntry(s, old.root, b, func(e unsafe.Pointer) {
		h := x.m.hashOf((*mapEntry[K, V])(e))
		l := x.m.core.holdFrom(s, to.root, to, h)
		for b := l.first; b != nil && l.at == nil; b = l.step(b) {
			l.free(b, l.metaOf(b), boxTags)
		}
		l.putEntry(h, e, false)
		l.first.unlock(s, l.meta)
	})
}

func (x boxLayout[K, V]) countChain(s *mapShard, t *mapTable, b *mapBucket) (n int) {
	eachEntry(s, t.root, b, func(unsafe.Pointer) { n++ })
	return n
}

// eachEntry calls f for each entry of a locked chain of the table of root.
func eachEntry(s *mapShard, root unsafe.Pointer, b *mapBucket, f func(e unsafe.Pointer)) {
	for ; b != nil; b, _ = s.follow(root, b) {
		for m := atomic.LoadUint64(&b.meta) & boxTags; m != 0; m &= m - 1 {
			f(atomic.LoadPointer(b.entry(slotOf(m))))
		}
	}
}
