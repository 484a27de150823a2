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
	if root := atomic.LoadPointer(&c.entries.core.root); root != nil {
		if e := c.entries.entryOf(root, key); e != nil {
			return &e.value
		}
	}
	return nil
}

// entryOfCount returns the entry that a count stands in.
func entryOfCount[K comparable](n *keyCount) *mapEntry[K, keyCount] {
	return (*mapEntry[K, keyCount])(unsafe.Add(unsafe.Pointer(n), -unsafe.Offsetof(mapEntry[K, keyCount]{}.value)))
}

// findOrPut returns the key's count, or if it has none gives it one of n. It
// returns nil if there is no room for that: what decides is made under the lock of
// the key's chain, so a key that is there needs none.
func (c *CounterMap[K]) findOrPut(key K, n uint64) (count *keyCount, found bool) {
	m := &c.entries
	if !m.used() {
		m.start(options{})
	}
	h := m.hash(key)
	l := m.core.hold(h)
	defer l.release() // comparisons may panic
	if e := findHeld[K, keyCount](&l, h, key); e != nil {
		return &e.value, true
	}
	if !c.reserve() {
		return nil, false
	}
	e := newEntry(h, key, keyCount{})
	e.value.init(n)
	l.putEntry(h, unsafe.Pointer(e))
	return &e.value, false
}

// remove takes a closed count out of the map, if it is still there.
func (c *CounterMap[K]) remove(n *keyCount) {
	if c.entries.cut(entryOfCount[K](n)) {
		c.release()
	}
}

// each calls f for each key and its count until it returns false, as Map.Range
// does.
func (c *CounterMap[K]) each(f func(key K, count *keyCount) bool) {
	c.entries.rangeEntries(func(e *mapEntry[K, keyCount]) bool { return f(e.key, &e.value) })
}
