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
// fn holds a lock that other keys may share: who writes them waits for it, Loads
// and the growth of the map don't. It must not use the map, but for Load and Len,
// or it may wait for itself for ever; with the tag percpuinvariants, and in race
// builds, that panics. It should be short. If it panics or calls runtime.Goexit, nothing has changed and the lock is
// released.
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

// DeleteMatching calls f for each entry, as Range does, and removes those of which
// f says so, until f says to stop. It returns how many it has removed. An entry
// whose value is stored anew, or that is removed, while f looks at the old one
// stays as it is then. f may use the map in any way.
func (m *Map[K, V]) DeleteMatching(f func(key K, value V) (delete, stop bool)) (deleted int) {
	if m.used() && m.core.inline {
		m.rangeWords(func(k, v uint64) bool {
			remove, stop := f(fromWord[K](k), fromWord[V](v))
			if remove && m.cutWord(k, v) {
				deleted++
			}
			return !stop
		})
		return deleted
	}
	m.rangeEntries(func(e *mapEntry[K, V]) bool {
		remove, stop := f(e.key, e.value)
		if remove && m.cut(e) {
			deleted++
		}
		return !stop
	})
	return deleted
}

// modify does what verb says to a key. It returns the previous value, whether
// there was one, and whether anything was done; of a verbCompute what Compute
// returns.
//
// All that can panic, hashing, comparing, fn and finding a backend, does so before
// anything has changed.
func (m *Map[K, V]) modify(verb mapVerb, key K, old, new V, fn func(V, bool) (V, MapAction)) (previous V, loaded, done bool) {
	if !m.used() {
		m.start(options{})
	}
	m.core.computing.check()
	h := m.hash(key)
	if verb == verbCompute {
		m.core.makeRoom()
	}
	l := m.core.hold(h)
	defer l.release()
	if m.core.inline {
		var w uint64
		w, loaded = l.findWord(h, toWord(key))
		previous = fromWord[V](w)
	} else if e := findHeld[K, V](&l, h, key); e != nil {
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
		m.core.computing.enter()
		defer m.core.computing.leave()
		new, action = fn(previous, loaded)
	}

	present := loaded
	switch action {
	case MapStore:
		present = true
		if m.core.inline {
			l.putWord(h, toWord(key), toWord(new))
		} else {
			l.putEntry(h, unsafe.Pointer(newEntry(h, key, new)))
		}
	case MapDelete:
		present = false
		if loaded {
			l.remove(h)
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

// mapHold is a locked chain, and a place in it: where a key is, or where it can
// be put.
type mapHold struct {
	chain
	c    *mapCore
	fine int    // the greatest lg of the tables on the way to the chain
	held uint64 // meta of the root when it was locked
	meta uint64 // of the root, to be published by release

	at    *mapBucket // where the key is, or a slot is free; nil if there is none
	slot  int
	delta int64 // entries added, less those removed
	look  bool  // whether to look at the table's size
}

// hold locks the chain that is responsible for a hash, of a map that has a table.
func (c *mapCore) hold(h uint64) mapHold { return c.holdFrom(c.table.Load(), h) }

// holdFrom is hold in t and the tables behind it.
func (c *mapCore) holdFrom(t *mapTable, h uint64) mapHold {
	fine := t.lg
	for {
		b := rootBucket(t.root, h)
		meta, ok := b.tryLock()
		look := false
		if !ok {
			var moved bool
			if meta, moved = c.lockSlow(b); moved {
				t = t.move.Load().to
				fine = max(fine, t.lg)
				continue
			}
			look = c.contention(t)
		}
		return mapHold{chain: chain{t, b}, c: c, fine: fine, held: meta, meta: meta, look: look}
	}
}

// makeRoom widens a table that is so small that a Compute of one key would hold up
// many others.
func (c *mapCore) makeRoom() {
	if least := c.leastLg.Load(); least < computeLg && c.leastLg.CompareAndSwap(least, computeLg) {
		c.resize()
		c.help()
	}
}

const computeLg = 4

// metaOf returns the meta of a bucket of the chain.
func (l *mapHold) metaOf(b *mapBucket) uint64 {
	if b == l.root {
		return l.meta
	}
	return atomic.LoadUint64(&b.meta)
}

// setMeta makes a bucket's meta so: at once, or on release if it is the first.
func (l *mapHold) setMeta(b *mapBucket, meta uint64) {
	if b == l.root {
		l.meta = meta
	} else {
		atomic.StoreUint64(&b.meta, meta)
	}
}

// room goes to a free slot, and if need be to one in a bucket that is not yet part
// of the chain. It returns what publish needs to make it that.
func (l *mapHold) room() (last *mapBucket, link uint64) {
	l.delta++
	tops := l.c.tops()
	for b := l.root; b != nil; b = l.t.after(b) {
		if empty := ^l.metaOf(b) & tops; empty != 0 {
			l.at, l.slot = b, slotOf(empty)
			return nil, 0
		}
		last = b
	}
	link, look := l.c.spend(l.t)
	l.look = l.look || look
	l.at, l.slot = l.t.bucket(link), 0
	return last, link
}

// publish makes the slot that has been filled visible: on release, or at once.
// meta is that of its bucket then.
func (l *mapHold) publish(meta uint64, last *mapBucket, link uint64) {
	l.setMeta(l.at, meta)
	if last != nil {
		atomic.StoreUint64(&last.next, link)
	}
}

// remove makes the slot empty.
func (l *mapHold) remove(h uint64) {
	l.setMeta(l.at, withTag(l.metaOf(l.at), l.slot, 0))
	if !l.c.inline {
		atomic.StorePointer(l.at.entry(l.slot), unsafe.Pointer(nil))
	}
	l.delta--
	l.look = l.look || mayShrink(h) && l.t.lg >= 2
}

// mayShrink reports whether to look at the table's size when a key of that hash
// is removed. An eighth of all keys is enough to see a table become empty.
func mayShrink(h uint64) bool { return h>>7%8 == 0 }

// release publishes what has been done, and unlocks the chain.
func (l *mapHold) release() {
	l.c.unlock(l.root, l.held, l.meta)
	if l.delta != 0 {
		l.c.count.Add(l.delta)
	}
	if l.look {
		l.c.resize()
	}
	if l.c.table.Load().move.Load() != nil {
		l.c.help()
	}
}
