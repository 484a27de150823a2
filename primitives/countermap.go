package primitives

import (
	"iter"
	"sync/atomic"
	"unsafe"
)

// A CounterMap counts for keys: it is what a map of atomic.Int64 in a sync.Map
// is used for, requests by path or bytes by address, and a map[K]int64 under a
// mutex. Keys that are added to often have a part on each CPU, as a Counter
// does, and adding to them from any number of CPUs costs one look-up and
// a plain addition. Keys that are not, of which there may be millions, have one
// word each.
//
// It is not for values whose result of an addition matters: Add returns nothing.
// Keys that differ from themselves, such as NaN, make a new entry with each Add,
// which only Reset removes.
//
// The zero value is empty, ready, and uses the default backend. A CounterMap must
// not be copied after first use.
//
// # Exactness
//
// A key is there from the first Add until Delete or Reset takes it away; a key
// that is not there counts 0. No addition is lost or counted twice: each is
// returned by exactly one Delete or Reset, or is still in the map, or, with
// WithMaxKeys, in the Overflow. One that races with a Delete belongs to what
// Delete returns, or to a new entry of the same key. Delete, Reset, Add, Inc and
// Load are linearizable for each key, but for one thing: a Load that races with
// Adds of different sizes or signs may see a later one and miss an earlier one. Of
// a counter that is only added to, with positive numbers, Loads never decrease
// as seen by one goroutine, except by a Delete or Reset.
//
// In the terminology of the Go memory model Add, Inc, Delete and Reset are
// writes, Load, LoadOk, Range, All, Len, String, MarshalJSON, Delete and Reset are
// reads, and none of them synchronizes: an Add that happens before a Load is seen
// by it, but seeing an Add orders nothing else.
//
// # Cost
//
// A key costs 45 to 75 bytes, what it points to not counted. One that is hot,
// because two CPUs met there or (where the backend has sections) after about 1000
// additions, costs about 100 more, and 8 on each CPU that adds to it. Deleting a
// hot key takes a system call, of which Reset needs one for all, or a stop of the
// world where the kernel has come to refuse it. A map of one key costs less than
// 512 bytes, on machines with any number of CPUs.
//
// Values have 63 bits: they wrap around from 1<<62 - 1 to -1<<62.
type CounterMap[K comparable] struct {
	_        noCopy
	entries  Map[K, keyCount]
	heat     heater
	max      int64 // bound of keys, or 0
	keys     atomic.Int64
	overflow Counter
}

// NewCounterMap returns an empty CounterMap.
func NewCounterMap[K comparable](opts ...CounterMapOption) *CounterMap[K] {
	c := new(CounterMap[K])
	o := apply(opts, CounterMapOption.ofCounterMap)
	c.entries.start(o)
	c.heat.want, c.max = o.backend, int64(o.maxKeys)
	if o.backend != nil {
		_ = c.overflow.cell.Attach(o.backend) // without memory it counts all the same
	}
	return c
}

// Add adds delta, which may be negative, to the key's counter.
func (c *CounterMap[K]) Add(key K, delta int64) {
	// A look at the likeliest place of a key that is a word stands here, as find is a
	// call. Whatever is not usual is another, behind which there is nothing to do.
	m := &c.entries
	root := atomic.LoadPointer(&m.core.root)
	var n *keyCount
	switch {
	case root == nil:
	case unsafe.Sizeof(key) <= 8 && m.core.kind == mapWordKeys:
		h := m.core.words.of(toWord(key))
		b := rootBucket(root, h)
		t := matches(atomic.LoadUint64(&b.meta), tagOf(h), boxTags)
		if t == 0 {
			break
		}
		if e := (*mapEntry[K, keyCount])(atomic.LoadPointer(b.entry(slotOf(t)))); e != nil && e.key == key {
			n = &e.value
		}
	default:
		if e := m.entryOf(root, key); e != nil {
			n = &e.value
		}
	}
	if n == nil {
		c.addSlow(key, delta)
		return
	}
	h := n.hot.Load()
	if h == nil {
		before, after := n.add(delta)
		if after&open == 0 || !cold(before, delta, after) {
			c.added(n, key, delta, before, after)
		}
		return
	}
	if h.guarded {
		h.cell.AddIfZero(delta, unsafe.Pointer(&h.owner), addElsewhere)
		return
	}
	if !h.swept || !h.addSwept(delta) {
		c.addSlow(key, delta)
	}
}

// Inc adds 1.
func (c *CounterMap[K]) Inc(key K) { c.Add(key, 1) }

// addSlow adds to a key that may be missing, and returns its count, or nil if
// there is no room for one.
func (c *CounterMap[K]) addSlow(key K, delta int64) *keyCount {
	for {
		n := c.find(key)
		if n == nil {
			var found bool
			if n, found = c.findOrPut(key, delta); !found {
				if n == nil {
					c.overflow.Add(delta)
				}
				return n
			}
		}
		if c.addTo(n, key, delta) {
			return n
		}
		c.remove(n) // or whoever closed it will, but then we should have to wait
	}
}

// addTo adds to a key's parts, or to its word, and reports whether it was still open
// for that.
func (c *CounterMap[K]) addTo(n *keyCount, key K, delta int64) bool {
	h := n.hot.Load()
	if h != nil && (h.guarded && h.cell.AddIfZero(delta, nil, addOrNot) || h.swept && h.addSwept(delta)) {
		return true
	}
	before, after := n.add(delta)
	if h == nil && !cold(before, delta, after) {
		c.heatUp(n, key, delta, before+2*delta != after)
	}
	return after&open != 0
}

// added sees to what is left to do after an addition to a cold count that was not
// like most.
func (c *CounterMap[K]) added(n *keyCount, key K, delta, before, after int64) {
	if !cold(before, delta, after) {
		c.heatUp(n, key, delta, before+2*delta != after)
	}
	if after&open == 0 {
		c.addSlow(key, delta)
	}
}

// heatUp makes a cold count hot, if CPUs have met there, or if many additions have
// been made.
func (c *CounterMap[K]) heatUp(n *keyCount, key K, delta int64, met bool) {
	if met || oneIn(delta) {
		if h := c.heat.newHot(met); h != nil {
			h.owner = &keyOwner[K]{c, key}
			n.hot.CompareAndSwap(nil, h)
		}
	}
}

// keyOwner is what adds to a key when its hot parts refuse.
type keyOwner[K comparable] struct {
	c   *CounterMap[K]
	key K
}

func (o *keyOwner[K]) again(delta int64) { o.c.addSlow(o.key, delta) }

// reserve makes room for a key, if there is any.
func (c *CounterMap[K]) reserve() bool {
	if c.max == 0 {
		return true
	}
	for {
		n := c.keys.Load()
		if n >= c.max {
			return false
		}
		if c.keys.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (c *CounterMap[K]) release() {
	if c.max != 0 {
		c.keys.Add(-1)
	}
}

// Load returns the sum of the additions to the key since it came into the map,
// or 0 if it is not there.
func (c *CounterMap[K]) Load(key K) int64 {
	value, _ := c.LoadOk(key)
	return value
}

// LoadOk is Load, and reports whether the key is there: one that is may be at 0.
func (c *CounterMap[K]) LoadOk(key K) (value int64, ok bool) {
	if n := c.find(key); n != nil {
		return n.load()
	}
	return 0, false
}

// Delete removes the key, and returns its final value and whether it was there.
func (c *CounterMap[K]) Delete(key K) (final int64, ok bool) {
	n := c.find(key)
	if n == nil {
		return 0, false
	}
	return c.take(n, 0)
}

// take closes a count and removes it.
func (c *CounterMap[K]) take(n *keyCount, passed fence) (final int64, ok bool) {
	final, ok = n.close(&c.heat, passed)
	c.remove(n)
	return final, ok
}

// Reset removes all keys and returns them with their final values. It is a Delete
// of each key that was there, not of all at one moment: keys that are added to
// meanwhile may be in the result, or in the map. The Overflow stays as it is.
func (c *CounterMap[K]) Reset() map[K]int64 {
	type pair struct {
		key   K
		count *keyCount
	}
	var all []pair
	c.each(func(key K, n *keyCount) bool {
		all = append(all, pair{key, n})
		return true
	})
	next, shut := newFence(), false
	for _, p := range all {
		shut = p.count.shut(next) || shut
	}
	if shut { // one for all, instead of one for each
		c.heat.fence()
	}
	final := make(map[K]int64, len(all))
	for _, p := range all {
		if n, ok := c.take(p.count, next); ok {
			final[p.key] = n
		}
	}
	return final
}

// Range calls f for each key and its value until f returns false. It sees no key
// twice, but no state of the map at one moment either: keys that come or go
// meanwhile may be seen or not, and values are as of when f is called. f may use
// the map.
func (c *CounterMap[K]) Range(f func(key K, value int64) bool) {
	c.each(func(key K, n *keyCount) bool {
		v, ok := n.load()
		return !ok || f(key, v)
	})
}

// All is Range as an iterator.
func (c *CounterMap[K]) All() iter.Seq2[K, int64] { return c.Range }

// Len returns the number of keys. It may count some twice, or not, that come or
// go meanwhile.
func (c *CounterMap[K]) Len() int { return c.entries.Len() }

// Overflow returns the counter of what was added to keys for which there was no
// room. Without WithMaxKeys it stays 0. It may be Reset.
func (c *CounterMap[K]) Overflow() *Counter { return &c.overflow }
