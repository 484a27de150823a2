package primitives

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// A Map is a map[K]V for many goroutines at once: a sync.Map with types. It is
// for maps that are read more than written, or whose goroutines write different
// keys; a Load takes no lock, waits for nobody and writes nothing.
//
// It is not for operations on several keys at once: each call is atomic for its
// key only. A map that one goroutine uses is better off as a map[K]V.
//
// The zero value is an empty map. A Map must not be copied after first use.
//
// Keys are compared and hashed as those of a map[K]V. In particular each Store
// of a key that is not equal to itself, as a NaN is, adds an entry that no key
// can reach; Range, DeleteMatching and Clear do. A key that holds an interface of
// a dynamic type that is not comparable panics. Hashes are seeded at random for
// each map.
//
// In the terminology of the Go memory model Load, LoadOrStore, LoadOrCompute,
// LoadAndDelete, Swap, CompareAndSwap, CompareAndDelete and Compute are reads,
// Range and its kin and DeleteMatching are reads of every entry they visit; Store,
// Delete and Clear, and of those named before whichever changes something, are
// writes. A write of a key synchronizes before any read that observes its effect.
//
// Entries whose key and value are of at most 8 bytes each and hold no pointers
// stand in the table itself, unless the key is a float; they cost 40 to 76 bytes
// and nothing to the garbage collector. Others cost an allocation for key and
// value, and 17 to 40 bytes. A map with one entry costs less than 512 bytes, on
// machines with any number of CPUs, and 8 on each CPU that stores new keys; it
// grows as entries come, or goroutines that wait for each other.
type Map[K comparable, V any] struct {
	_    noCopy
	core mapCore
}

// NewMap returns an empty map.
func NewMap[K comparable, V any](opts ...MapOption) *Map[K, V] {
	m := new(Map[K, V])
	m.start(apply(opts, MapOption.ofMap))
	return m
}

// Load returns the value of a key, and whether it is in the map.
func (m *Map[K, V]) Load(key K) (value V, ok bool) {
	// For maps of words the usual cases stand here, in one function without calls:
	// the key is in the first bucket of its chain, or there is no other. map_words.go
	// says why it is right.
	c := &m.core
	root := atomic.LoadPointer(&c.root)
	if root == nil {
		return value, false
	}
	if unsafe.Sizeof(key) > 8 || unsafe.Sizeof(value) > 8 || c.kind != mapWords {
		if e := m.entryOf(root, key); e != nil {
			return e.value, true
		}
		return value, false
	}
	k := toWord(key)
	h := c.words.of(k)
	b := rootBucket(root, h)
	for {
		meta := atomic.LoadUint64(&b.meta)
		// The lowest slot with the key is the one: others are empty, if they
		// have it. No branch depends on which it is.
		key0, v0 := b.loadSlot(0)
		key1, v1 := b.loadSlot(1)
		key2, v := b.loadSlot(2)
		again := atomic.LoadUint64(&b.meta)
		full := uint64(0)
		if key2 == k {
			full = fullBit(2)
		}
		if key1 == k {
			full = fullBit(1)
		}
		if key0 == k {
			full = fullBit(0)
		}
		if key1 == k {
			v = v1
		}
		if key0 == k {
			v = v0
		}
		if meta&full != 0 {
			if again != meta {
				break
			}
			return fromWord[V](v), true
		}
		next := atomic.LoadUint64(&b.next)
		if next == 0 && meta&metaMoved == 0 {
			return value, false
		}
		if !isNear(next) || meta&metaMoved != 0 {
			break
		}
		b = near(root, next)
	}
	w, ok := c.loadWord(h, k)
	return fromWord[V](w), ok
}

// Store sets the value of a key.
func (m *Map[K, V]) Store(key K, value V) {
	c := &m.core
	if root := atomic.LoadPointer(&c.root); root != nil {
		c.check()
		if unsafe.Sizeof(key) <= 8 && c.kind == mapWords {
			if c.storeWord(root, toWord(key), toWord(value)) {
				return
			}
		} else if c.kind != mapWords && m.storeEntry(root, key, value) {
			return
		}
	}
	m.modify(verbStore, key, value, value, nil)
}

// Swap sets the value of a key and returns the previous one, if there was one.
func (m *Map[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	previous, loaded, _ = m.modify(verbStore, key, value, value, nil)
	return previous, loaded
}

// LoadOrStore returns the value of a key if it is in the map. Otherwise it stores
// the given one and returns that. loaded says which.
func (m *Map[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	if v, ok := m.Load(key); ok {
		return v, true
	}
	if v, loaded, _ := m.modify(verbLoadOrStore, key, value, value, nil); loaded {
		return v, true
	}
	return value, false
}

// LoadAndDelete removes a key and returns its value, if it was in the map.
func (m *Map[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	if m.used() {
		value, loaded, _ = m.modify(verbDelete, key, value, value, nil)
	}
	return value, loaded
}

// Delete removes a key.
func (m *Map[K, V]) Delete(key K) {
	c := &m.core
	if root := atomic.LoadPointer(&c.root); root != nil && unsafe.Sizeof(key) <= 8 && c.kind == mapWords {
		c.check()
		if c.deleteWord(root, toWord(key)) {
			return
		}
	}
	m.LoadAndDelete(key)
}

// CompareAndSwap replaces old, if that is the value of the key, by new. It panics
// if V is not comparable, or if the values are interfaces that hold values that
// are not.
func (m *Map[K, V]) CompareAndSwap(key K, old, new V) (swapped bool) {
	if !reflect.TypeFor[V]().Comparable() {
		panic("percpu: Map.CompareAndSwap: values of type " + reflect.TypeFor[V]().String() + " are not comparable")
	}
	if m.used() {
		_, _, swapped = m.modify(verbCompareAndSwap, key, old, new, nil)
	}
	return swapped
}

// CompareAndDelete removes the key if its value is old. It panics as
// CompareAndSwap does.
func (m *Map[K, V]) CompareAndDelete(key K, old V) (deleted bool) {
	if !reflect.TypeFor[V]().Comparable() {
		panic("percpu: Map.CompareAndDelete: values of type " + reflect.TypeFor[V]().String() + " are not comparable")
	}
	if m.used() {
		_, _, deleted = m.modify(verbCompareAndDelete, key, old, old, nil)
	}
	return deleted
}

// MapAction is what a function given to Map.Compute wants done.
type MapAction int

const (
	MapKeep   MapAction = iota // nothing
	MapStore                   // store the value
	MapDelete                  // remove the key
)

// Compute lets fn decide what becomes of a key: it gets the key's value, or the
// zero value and false, and returns what to do and, for MapStore, the new value.
// It is called once, while nobody else can change the key. Compute returns the
// key's value after that, and whether it is in the map; after MapDelete it
// returns the value that was deleted, and false.
//
// fn holds a lock that other keys may share: who writes them waits for it, Loads
// and the growth of the map don't. It must not use the map, but for Load and Len,
// or it may wait for itself for ever; with the tag percpuinvariants, and in race
// builds, that panics. It should be short. If it panics or calls runtime.Goexit, or
// returns an action that there is not, which panics, nothing has changed and the lock
// is released.
func (m *Map[K, V]) Compute(key K, fn func(old V, loaded bool) (new V, action MapAction)) (actual V, ok bool) {
	actual, ok, _ = m.modify(verbCompute, key, actual, actual, fn)
	return actual, ok
}

// LoadOrCompute returns the value of a key if it is in the map. Otherwise it calls
// valueFn, stores the value that it returns and returns that; or if valueFn
// returns true for cancel, stores nothing and returns the zero value. loaded says
// whether the key was there. For valueFn holds what Compute says of its function.
func (m *Map[K, V]) LoadOrCompute(key K, valueFn func() (newValue V, cancel bool)) (value V, loaded bool) {
	if v, ok := m.Load(key); ok {
		return v, true
	}
	value, _ = m.Compute(key, func(old V, ok bool) (V, MapAction) {
		if loaded = ok; ok {
			return old, MapKeep
		}
		v, cancel := valueFn()
		if cancel {
			return old, MapKeep
		}
		return v, MapStore
	})
	return value, loaded
}

// Len returns the number of entries: exactly, if nothing is stored or deleted
// meanwhile. It visits each CPU's part of the count.
func (m *Map[K, V]) Len() int {
	return m.core.len()
}
