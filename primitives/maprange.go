package primitives

import (
	"iter"
	"sync/atomic"
	"unsafe"
)

// Range calls f for each entry until it returns false. It sees each key that is
// there throughout, no key twice, and of keys that come, go or change meanwhile
// what they are at some moment of it. f may use the map in any way.
//
// A shard is visited in the order of hashes, which no resize changes: a chain at
// a time is copied under its lock, and the next one begins at the hash where that
// one ended, in whatever table is responsible for it then.
func (m *Map[K, V]) Range(f func(key K, value V) bool) {
	if !m.used() {
		return
	}
	if m.core.inline {
		var buf [4 * wordSlots]wordSlot
		slots := buf[:0]
		for i := range m.core.shards {
			v := visit{s: &m.core.shards[i]}
			for v.next(&m.core, wordTags) {
				slots = slots[:0]
				eachWord(v.s, v.l.root, v.l.first, func(key, value uint64) {
					if v.covers(m.hashWord(key)) {
						slots = append(slots, wordSlot{key, value})
					}
				})
				v.leave()
				for _, w := range slots {
					if !f(fromWord[K](w.key), fromWord[V](w.value)) {
						return
					}
				}
			}
		}
		return
	}
	m.rangeEntries(func(e *mapEntry[K, V]) bool { return f(e.key, e.value) })
}

// rangeEntries is Range for maps of entries.
func (m *Map[K, V]) rangeEntries(f func(e *mapEntry[K, V]) bool) {
	if !m.used() {
		return
	}
	var buf [4 * boxSlots]unsafe.Pointer
	entries := buf[:0]
	for i := range m.core.shards {
		v := visit{s: &m.core.shards[i]}
		for v.next(&m.core, boxTags) {
			entries = entries[:0]
			eachEntry(v.s, v.l.root, v.l.first, func(p unsafe.Pointer) {
				if v.covers(m.hashOf((*mapEntry[K, V])(p))) {
					entries = append(entries, p)
				}
			})
			v.leave()
			for _, p := range entries {
				if !f((*mapEntry[K, V])(p)) {
					return
				}
			}
		}
	}
}

func (m *Map[K, V]) hashWord(w uint64) uint64 {
	if m.hook != nil {
		return m.hook(fromWord[K](w))
	}
	return m.core.words.of(w)
}

// visit is a way through a shard.
type visit struct {
	s        *mapShard
	l        mapHold // of the present chain
	from, to uint64  // the hashes that it is responsible for are from, to-1
	ended    bool
}

// next goes to the next chain with entries, and locks it.
func (v *visit) next(c *mapCore, tops uint64) bool {
	for !v.ended {
		root := atomic.LoadPointer(v.s.root)
		if root == nil {
			return false
		}
		v.from = v.to
		v.l = c.holdFrom(v.s, root, nil, v.from)
		if v.l.first == nil {
			continue
		}
		// A bucket that others have moved to, and others will, is responsible
		// for no more than what is there: the finest table on the way says.
		width := uint64(1) << (64 - v.l.fine)
		v.to = v.from&-width + width
		v.ended = v.to == 0
		if v.l.meta&tops != 0 || atomic.LoadUint64(&v.l.first.next) != 0 {
			return true
		}
		v.leave()
	}
	return false
}

// covers reports whether an entry of that hash is to be visited now.
func (v *visit) covers(h uint64) bool { return h >= v.from && h <= v.to-1 }

// leave unlocks the chain.
func (v *visit) leave() { v.l.first.unlock(v.s, v.l.meta) }

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
// also gives memory back.
func (m *Map[K, V]) Clear() {
	if !m.used() {
		return
	}
	for i := range m.core.shards {
		m.core.shards[i].clear(&m.core)
	}
}

// clear moves the shard to an empty table.
func (s *mapShard) clear(c *mapCore) {
	if atomic.LoadPointer(s.root) == nil {
		return
	}
	s.resizing.Lock()
	s.resize(c, s.cur.Load(), newMapTable(c.layout, c.minLg), true)
	s.resizing.Unlock()
}
