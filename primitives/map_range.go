package primitives

import (
	"iter"
	"sync/atomic"
	"unsafe"
)

// Range calls f for each entry until it returns false. It sees each key that is
// there throughout, no key twice, and of keys that come, go or change meanwhile
// what they are at some moment of it. f may use the map in any way. Range waits
// for each Compute that it meets, and nobody waits for f.
func (m *Map[K, V]) Range(f func(key K, value V) bool) {
	// Entries are visited in the order of hashes, which no resize changes: a chain at
	// a time is copied under its lock, and the next one begins at the hash where that
	// one ended, in whatever table is responsible for it then.
	if !m.used() {
		return
	}
	if m.core.kind == mapWords {
		m.rangeWords(func(k, v uint64) bool { return f(fromWord[K](k), fromWord[V](v)) })
	} else {
		m.rangeEntries(func(e *mapEntry[K, V]) bool { return f(e.key, e.value) })
	}
}

// All returns an iterator over all entries, as Range visits them.
func (m *Map[K, V]) All() iter.Seq2[K, V] { return m.Range }

// Keys returns an iterator over all keys, as Range visits them.
func (m *Map[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		m.Range(func(k K, _ V) bool { return yield(k) })
	}
}

// Values returns an iterator over all values, as Range visits them.
func (m *Map[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		m.Range(func(_ K, v V) bool { return yield(v) })
	}
}

// Clear removes all entries, one key after another as seen by others: an entry
// that was stored before is gone, one that is stored meanwhile may be or not. It
// also gives memory back. It waits for each Compute that is under way.
func (m *Map[K, V]) Clear() {
	m.core.check()
	m.core.clear()
}

// DeleteMatching calls f for each entry, as Range does, and removes those of which
// f says so, until f says to stop. It returns how many it has removed. An entry
// whose value is stored anew, or that is removed, while f looks at the old one
// stays as it is then. f may use the map in any way.
func (m *Map[K, V]) DeleteMatching(f func(key K, value V) (delete, stop bool)) (deleted int) {
	if m.used() && m.core.kind == mapWords {
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

// rangeWords is Range for maps of words.
func (m *Map[K, V]) rangeWords(f func(key, value uint64) bool) {
	var buf [4 * wordSlots]wordSlot
	found := buf[:0]
	for v := (visit{c: &m.core}); v.next(); {
		found = found[:0]
		v.l.slots(wordTags, func(b *mapBucket, slot int) {
			if key, value := b.loadSlot(slot); v.whole || v.covers(m.hash(fromWord[K](key))) {
				found = append(found, wordSlot{key, value})
			}
		})
		v.leave()
		for _, w := range found {
			if !f(w.key, w.value) {
				return
			}
		}
	}
}

// rangeEntries is Range for maps of entries.
func (m *Map[K, V]) rangeEntries(f func(e *mapEntry[K, V]) bool) {
	var buf [4 * boxSlots]unsafe.Pointer
	found := buf[:0]
	for v := (visit{c: &m.core, ended: !m.used()}); v.next(); {
		found = found[:0]
		v.l.slots(boxTags, func(b *mapBucket, slot int) {
			if e := atomic.LoadPointer(b.entry(slot)); v.whole || v.covers(m.hashOf((*mapEntry[K, V])(e))) {
				found = append(found, e)
			}
		})
		v.leave()
		for _, e := range found {
			if !f((*mapEntry[K, V])(e)) {
				return
			}
		}
	}
}

// visit is a way through all chains.
type visit struct {
	c        *mapCore
	l        mapHold // of the present chain
	from, to uint64  // the hashes that it is responsible for are from, to-1
	whole    bool    // these are the hashes of all entries of the chain
	ended    bool
}

// next goes to the next chain with entries, and locks it.
func (v *visit) next() bool {
	for !v.ended {
		v.c.check()
		v.from = v.to
		v.l = v.c.hold(v.from)
		// A bucket that others have moved to, and others will, is responsible
		// for no more than what is there: the finest table on the way says.
		width := uint64(1) << (64 - v.l.fine)
		v.to = v.from&-width + width
		v.whole = v.l.fine == v.l.t.lg && v.from&(width-1) == 0
		v.ended = v.to == 0
		if v.l.held&v.c.tops() != 0 || atomic.LoadUint64(&v.l.root.next) != 0 {
			return true
		}
		v.leave()
	}
	return false
}

// covers reports whether an entry of that hash is to be visited now.
func (v *visit) covers(h uint64) bool { return h >= v.from && h <= v.to-1 }

// leave unlocks the chain.
func (v *visit) leave() { v.c.unlock(v.l.root, v.l.held, v.l.meta) }
