package primitives

import (
	"sync/atomic"
	"unsafe"
)

// MapAction is what a function given to Map.Compute wants done.
type MapAction int

const (
	MapKeep   MapAction = iota // nothing
	MapStore                   // store the value
	MapDelete                  // remove the key
)

// mapVerb is what modify is to do.
type mapVerb int

const (
	verbStore mapVerb = iota
	verbLoadOrStore
	verbDelete
	verbCompareAndSwap
	verbCompareAndDelete
	verbCompute
)

// Compute lets fn decide what becomes of a key: it gets the key's value, or the
// zero value and false, and returns what to do and, for MapStore, the new value.
// It is called once, while nobody else can change the key. Compute returns the
// key's value after that, and whether it is in the map; after MapDelete it
// returns the value that was deleted, and false.
//
// fn holds a lock that other keys may share; Loads don't wait for it. It must not
// use the map, and should be short. If it panics, nothing has changed and the
// lock is released.
func (m *Map[K, V]) Compute(key K, fn func(old V, loaded bool) (new V, action MapAction)) (actual V, ok bool) {
	actual, ok, _ = m.modify(verbCompute, key, actual, actual, fn)
	return actual, ok
}

// modify does what verb says to a key. It returns the previous value, whether
// there was one, and whether anything was done; of a verbCompute what Compute
// returns.
func (m *Map[K, V]) modify(verb mapVerb, key K, old, new V, fn func(V, bool) (V, MapAction)) (previous V, loaded, done bool) {
	if !m.used() {
		m.start(nil)
	}
	h := m.hash(key)
	l := m.core.hold(h)
	defer l.release() // comparisons and fn may panic
	if m.core.inline {
		var w uint64
		w, loaded = l.findWord(h, toWord(key))
		previous = fromWord[V](w)
	} else if e := findEntry[K, V](&l, h, key); e != nil {
		previous, loaded = e.value, true
	}

	action := MapKeep
	switch verb {
	case verbStore:
		action = MapStore
	case verbLoadOrStore:
		if !loaded {
			action = MapStore
		}
	case verbDelete:
		action = MapDelete
	case verbCompareAndSwap:
		if loaded && any(previous) == any(old) {
			action = MapStore
		}
	case verbCompareAndDelete:
		if loaded && any(previous) == any(old) {
			action = MapDelete
		}
	case verbCompute:
		new, action = fn(previous, loaded)
	}

	present := loaded
	switch action {
	case MapStore:
		present = true
		if m.core.inline {
			l.putWord(h, toWord(key), toWord(new), loaded)
		} else {
			l.putEntry(h, newEntry(h, key, new), loaded)
		}
	case MapDelete:
		present = false
		if loaded {
			l.remove(h)
			if !m.core.inline {
				atomic.StorePointer(l.at.entry(l.slot), unsafe.Pointer(nil))
			}
		}
	}
	if verb == verbCompute {
		if action == MapStore {
			previous = new
		}
		return previous, present, true
	}
	return previous, loaded, action != MapKeep
}
