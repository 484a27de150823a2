package primitives

import (
	"math/rand/v2"
	"sync/atomic"
	"unsafe"
)

// keyCount is a key's counter in a CounterMap. Its value is the number in word, and
// what the parts of hot hold if there are any.
//
// The lowest bit of word says that the count is open, and the number stands above
// it. To add is to add twice as much, and the result tells whether it counted: an
// exchange with 0 closes the count and returns its number, and what is added to the
// word after that is of no consequence, as no addition sets the bit again.
//
//	word      hot         state
//	open      nil         cold
//	open      neverHot    cold, about to be closed
//	open      a hot       hot, or about to be closed
//	closed    not nil     closed
type keyCount struct {
	word atomic.Int64
	hot  atomic.Pointer[hot] // set once
}

const open = 1

// neverHot has no parts.
var neverHot = new(hot)

// init makes a new count n.
func (e *keyCount) init(n int64) { e.word.Store(2*n | open) }

// wrapped returns what is left of n in the 63 bits that a word has for it.
func wrapped(n int64) int64 { return int64(uint64(n)<<1) >> 1 }

// hotAfter is about how many additions make an entry hot. A power of two.
const hotAfter = 1024

// add adds delta to the word, and returns what that was a moment before, and after.
func (e *keyCount) add(delta int64) (before, after int64) {
	before = e.word.Load()
	return before, e.word.Add(2 * delta)
}

// cold reports whether such an addition is none after which heatUp has something to
// do: nobody has come between, and the number has not come over one of those that
// are hotAfter/2 away from 0, and hotAfter from there, where small steps have been
// many.
func cold(before, delta, after int64) bool {
	return before+2*delta == after && uint64((before+hotAfter)^(after+hotAfter)) < 2*hotAfter
}

// oneIn returns true once in as many calls as one would expect steps of delta to
// make so little way that hotAfter of them were a step over a multiple of
// hotAfter each.
func oneIn(delta int64) bool {
	n := wrapped(delta)
	size := uint64(max(n, -n))
	return size <= 1 || rand.Uint64N(min(size, hotAfter)) == 0
}

// load returns the value, and whether the count is open.
func (e *keyCount) load() (n int64, ok bool) {
	w := e.word.Load()
	h := e.hot.Load()
	switch {
	case w&open == 0:
		return 0, false
	case h == nil || h == neverHot:
		return w >> 1, true
	}
	sum := int64(h.cell.Cell().Sum())
	if h.swept && h.cell.Guard().Load() != 0 { // then the sum may be on its way elsewhere
		h.mu.Lock()
		defer h.mu.Unlock()
		if w = e.word.Load(); w&open == 0 {
			return 0, false
		}
		sum = int64(h.cell.Cell().Sum())
	}
	return wrapped(w>>1 + sum), true
}

// close makes the count refuse all additions, and returns what it has counted; ok
// is false if an earlier call has returned that. The moment when this happens is
// that when the word is closed: until then nobody has been refused for good, since
// who is refused by the parts goes to the word. Passed is a fence that has passed
// since shut got it, or 0.
func (e *keyCount) close(heat *heater, passed fence) (final int64, ok bool) {
	e.hot.CompareAndSwap(nil, neverHot)
	sum := int64(0)
	if h := e.hot.Load(); h != neverHot {
		h.mu.Lock()
		defer h.mu.Unlock()
		if e.word.Load()&open == 0 {
			return 0, false
		}
		sum = h.final(heat, passed)
	}
	w := e.word.Swap(0)
	if w&open == 0 {
		return 0, false
	}
	return wrapped(w>>1 + sum), true
}

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

// findOrPut returns the key's count, or if it has none gives it one of n. It
// returns nil if there is no room for that: what decides is made under the lock of
// the key's chain, so a key that is there needs none.
func (c *CounterMap[K]) findOrPut(key K, n int64) (count *keyCount, found bool) {
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
	e := unsafe.Add(unsafe.Pointer(n), -unsafe.Offsetof(mapEntry[K, keyCount]{}.value))
	if c.entries.cut((*mapEntry[K, keyCount])(e)) {
		c.release()
	}
}

// each calls f for each key and its count until it returns false, as Map.Range
// does.
func (c *CounterMap[K]) each(f func(key K, count *keyCount) bool) {
	c.entries.rangeEntries(func(e *mapEntry[K, keyCount]) bool { return f(e.key, &e.value) })
}
