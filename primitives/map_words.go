package primitives

import (
	"sync/atomic"
	"unsafe"
)

// The layout of maps whose keys and values are words: they stand in the buckets
// themselves, so a Load touches one cache line, and the garbage collector has
// nothing to look at.
//
// A slot is filled only while its tag is 0, and the version changes as the tag
// is set. A reader that finds meta the same before and after it has read key and
// value has read what belongs together: nobody filled the slot in between. The
// value of a key that stays is replaced by one store. So readers repeat only if
// another key has come or gone, and never wait.

// findWord looks for a key in a chain and returns where it is, with its value, or
// nil. It reports whether the chain had moved, or that what it has read may not
// belong together, which can't be if the chain is locked.
func (ch chain) findWord(h, k uint64) (at *mapBucket, slot int, v uint64, moved, torn bool) {
	for b := ch.root; b != nil; b = ch.t.after(b) {
		meta := atomic.LoadUint64(&b.meta)
		for m := matches(meta, tagOf(h), wordTags); m != 0; m &= m - 1 {
			w := b.word(slotOf(m))
			if atomic.LoadUint64(&w.key) != k {
				continue
			}
			v = atomic.LoadUint64(&w.value)
			torn = (atomic.LoadUint64(&b.meta)^meta)&(metaMoved-1) != 0
			return b, slotOf(m), v, false, torn
		}
		if meta&metaMoved != 0 { // of the root only; what follows is out of date then
			return nil, 0, 0, true, false
		}
	}
	return nil, 0, 0, false, false
}

// loadWord returns the value of a key, wherever it is.
func (c *mapCore) loadWord(h, k uint64) (v uint64, ok bool) {
	for t := c.table.Load(); ; {
		at, _, v, moved, torn := chain{t, rootBucket(t.root, h)}.findWord(h, k)
		switch {
		case torn:
		case at != nil:
			return v, true
		case !moved:
			return 0, false
		default:
			t = t.move.Load().to
		}
	}
}

// storeWord is the usual cases of Store: nobody has the lock, the key is in the
// root bucket of its chain, or there is no other and it has room. It reports
// whether it was one of those.
func (c *mapCore) storeWord(root unsafe.Pointer, k, v uint64) bool {
	h := c.words.of(k)
	b := rootBucket(root, h)
	meta, ok := b.tryLock()
	if !ok {
		return false
	}
	for slot := range b.slots {
		if atomic.LoadUint64(&b.slots[slot].key) == k && meta&fullBit(slot) != 0 {
			atomic.StoreUint64(&b.slots[slot].value, v)
			c.unlock(b, meta, meta)
			return true
		}
	}
	empty := ^meta & wordTags
	if empty == 0 || atomic.LoadUint64(&b.next) != 0 {
		c.unlock(b, meta, meta)
		return false
	}
	slot := slotOf(empty)
	atomic.StoreUint64(&b.word(slot).key, k)
	atomic.StoreUint64(&b.word(slot).value, v)
	c.unlock(b, meta, withNextVersion(withTag(meta, slot, tagOf(h))))
	c.count.Add(1)
	return true
}

// deleteWord is the same of Delete.
func (c *mapCore) deleteWord(root unsafe.Pointer, k uint64) bool {
	h := c.words.of(k)
	if mayShrink(h) {
		return false
	}
	b := rootBucket(root, h)
	meta, ok := b.tryLock()
	if !ok {
		return false
	}
	for slot := range b.slots {
		if atomic.LoadUint64(&b.slots[slot].key) == k && meta&fullBit(slot) != 0 {
			c.unlock(b, meta, withTag(meta, slot, 0))
			c.count.Add(-1)
			return true
		}
	}
	absent := atomic.LoadUint64(&b.next) == 0
	c.unlock(b, meta, meta)
	return absent
}

// findWord goes to where the key is.
func (l *mapHold) findWord(h, k uint64) (v uint64, ok bool) {
	l.at, l.slot, v, _, _ = l.chain.findWord(h, k)
	return v, l.at != nil
}

// putWord stores the value of a key that findWord has, or has not, found.
func (l *mapHold) putWord(h, k, v uint64) {
	if l.at != nil {
		atomic.StoreUint64(&l.at.word(l.slot).value, v)
		return
	}
	last, link := l.room()
	slot := l.at.word(l.slot)
	atomic.StoreUint64(&slot.key, k)
	atomic.StoreUint64(&slot.value, v)
	l.publish(withNextVersion(withTag(l.metaOf(l.at), l.slot, tagOf(h))), last, link)
}

// cutWord removes a key if its value is v, and reports whether it did.
func (m *Map[K, V]) cutWord(k, v uint64) bool {
	h := m.hash(fromWord[K](k))
	l := m.core.hold(h)
	w, ok := l.findWord(h, k)
	ok = ok && w == v
	if ok {
		l.remove(h)
	}
	l.release()
	return ok
}

// makeWordBuckets returns n buckets without pointers.
func makeWordBuckets(n int) unsafe.Pointer {
	p := unsafe.Pointer(unsafe.SliceData(make([]mapBucket, n)))
	if !onLine(p) {
		p = unsafe.Pointer(unsafe.SliceData(make([]mapBucket, n+1)))
		p = unsafe.Add(p, -uintptr(p)%bucketSize)
	}
	return p
}

// wordLayout is a mapLayout.
type wordLayout[K comparable, V any] struct{ m *Map[K, V] }

func (w wordLayout[K, V]) alloc(n int) unsafe.Pointer { return makeWordBuckets(n) }

func (w wordLayout[K, V]) moveChain(to *mapTable, ch chain) {
	ch.slots(wordTags, func(b *mapBucket, slot int) {
		key, value := b.loadSlot(slot)
		h := w.m.hash(fromWord[K](key))
		l := w.m.core.holdFrom(to, h)
		l.putWord(h, key, value)
		w.m.core.unlock(l.root, l.held, l.meta)
	})
}
