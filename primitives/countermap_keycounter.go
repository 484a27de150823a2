package primitives

import (
	"sync/atomic"
	"unsafe"
)

// A KeyCounter is the counter of one key of a CounterMap, to be looked up once and
// kept outside of a loop. It is of a type of its own, and no Counter, because
// its key may be deleted: what is added after that counts for a new entry of the
// key, as with CounterMap.Add, and is never lost in the old one. So it may be kept
// for as long as the map. It doesn't make the key exist, only Add does.
//
// A KeyCounter must not be copied; several goroutines may use one. It keeps the map,
// and costs 40 bytes and the key. Its methods are those of the map, without
// the look-up, and say the same about memory order.
type KeyCounter[K comparable] struct {
	_     noCopy
	hot   atomic.Pointer[hot] // of count, when it was hot; never nil
	self  adder
	count atomic.Pointer[keyCount]
	m     *CounterMap[K]
	key   K
}

// Counter returns a KeyCounter for the key.
func (c *CounterMap[K]) Counter(key K) *KeyCounter[K] {
	k := &KeyCounter[K]{m: c, key: key}
	k.self = k
	k.hot.Store(neverHot)
	return k
}

// Add adds delta, which may be negative.
func (k *KeyCounter[K]) Add(delta int64) {
	k.hot.Load().cell.AddIfZero(delta, unsafe.Pointer(&k.self), addElsewhere)
}

// Inc adds 1.
func (k *KeyCounter[K]) Inc() { k.Add(1) }

// again adds where the hot parts have not.
func (k *KeyCounter[K]) again(delta int64) {
	n := k.count.Load()
	if n == nil || !k.m.addTo(n, k.key, delta) {
		if n != nil {
			k.m.remove(n)
		}
		if n = k.m.addSlow(k.key, delta); n == nil {
			return // into the overflow; there may be room next time
		}
		k.count.Store(n)
	}
	if h := n.hot.Load(); h != nil && h != k.hot.Load() {
		k.hot.Store(h)
	}
}

// Load returns the key's value, or 0 if it is not in the map.
func (k *KeyCounter[K]) Load() int64 {
	if e := k.count.Load(); e != nil {
		if n, open := e.load(); open {
			return n
		}
	}
	return k.m.Load(k.key)
}

// Key returns the key.
func (k *KeyCounter[K]) Key() K { return k.key }
