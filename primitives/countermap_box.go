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
	if e := c.entries.entryOf(key); e != nil {
		return &e.value
	}
	return nil
}

// anyRoot returns the root pointer of the shard of a hash, nil if it is empty.
func (c *mapCore) anyRoot(h uint64) unsafe.Pointer {
	return atomic.LoadPointer((*unsafe.Pointer)(unsafe.Add(c.anyRoots, h&c.mask*uint64(unsafe.Sizeof(c.anyRoots)))))
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
