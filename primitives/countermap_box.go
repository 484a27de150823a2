package primitives

import (
	"sync/atomic"
	"unsafe"
)

// The counts of a CounterMap stand in the entries of its Map themselves, beside
// their keys: one object for each key, and one pointer less to follow. That is
// what a Map does not allow others, as it copies values. An entry stays where it
// is for as long as it is in the map, and never comes back.

// find returns the key's count, or nil.
func (c *CounterMap[K]) find(key K) *keyCount {
	if m := &c.entries; m.used() {
		return findCount(m, m.hash(key), key)
	}
	return nil
}

// findCount is loadEntry, with what is rare set aside.
func findCount[K comparable](m *Map[K, keyCount], h uint64, k K) *keyCount {
	root := m.core.root(h)
	if root == nil {
		return nil
	}
	for b := rootBucket(root, h); b != nil; b, root = m.core.after(h, root, b) {
		for t := matches(atomic.LoadUint64(&b.meta), tagOf(h), boxTags); t != 0; t &= t - 1 {
			if e := (*mapEntry[K, keyCount])(b.loadEntry(slotOf(t))); e != nil && e.key == k {
				return &e.value
			}
		}
	}
	return nil
}

func (b *mapBucket) loadEntry(slot int) unsafe.Pointer {
	const first, size = unsafe.Offsetof(boxBucket{}.entries), unsafe.Sizeof(unsafe.Pointer(nil))
	return atomic.LoadPointer((*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(b), first+uintptr(slot)*size)))
}

// after returns the bucket to look at after b, of the table of root, and that
// bucket's table; nil if there is none.
func (c *mapCore) after(h uint64, root unsafe.Pointer, b *mapBucket) (*mapBucket, unsafe.Pointer) {
	s := &c.shards[h&c.mask]
	if atomic.LoadUint64(&b.meta)&metaMoved != 0 {
		if t := s.successor(root); t != nil {
			return rootBucket(t.root, h), t.root
		}
	} else if next, current := s.follow(root, b); current {
		return next, root
	}
	if root = c.root(h); root == nil { // that was of a table that is no more
		return nil, nil
	}
	return rootBucket(root, h), root
}

// findOrPut returns the key's count, or if it has none gives it one of n.
func (c *CounterMap[K]) findOrPut(key K, n uint64) (count *keyCount, found bool) {
	m := &c.entries
	if !m.used() {
		m.start(nil)
	}
	h := m.hash(key)
	l := m.core.hold(h)
	defer l.release() // comparisons may panic
	if e := findEntry[K, keyCount](&l, h, key); e != nil {
		return &e.value, true
	}
	p := newEntry(h, key, keyCount{})
	count = &(*mapEntry[K, keyCount])(p).value
	count.init(n)
	l.putEntry(h, p, false)
	return count, false
}

// cut removes the key if that is its count, and reports whether it was.
func (c *CounterMap[K]) cut(key K, count *keyCount) bool {
	h := c.entries.hash(key)
	l := c.entries.core.hold(h)
	defer l.release()
	e := findEntry[K, keyCount](&l, h, key)
	if e == nil || &e.value != count {
		return false
	}
	l.remove(h)
	atomic.StorePointer(l.at.entry(l.slot), unsafe.Pointer(nil))
	return true
}

// each calls f for each key and its count until it returns false, as Map.Range
// does.
func (c *CounterMap[K]) each(f func(key K, count *keyCount) bool) {
	c.entries.rangeEntries(func(e *mapEntry[K, keyCount]) bool { return f(e.key, &e.value) })
}
