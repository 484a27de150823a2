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

// loadWord returns the value of a key, wherever it is.
func (c *mapCore) loadWord(h, k uint64) (v uint64, ok bool) {
	s := &c.shards[h&c.mask]
start:
	root := atomic.LoadPointer(s.root)
	if root == nil {
		return 0, false
	}
table:
	b := rootBucket(root, h)
	for {
		meta := atomic.LoadUint64(&b.meta)
		for m := matches(meta, tagOf(h), wordTags); m != 0; m &= m - 1 {
			slot := b.word(slotOf(m))
			if atomic.LoadUint64(&slot.key) != k {
				continue
			}
			v := atomic.LoadUint64(&slot.value)
			if (atomic.LoadUint64(&b.meta)^meta)&(metaMoved-1) != 0 {
				goto table
			}
			return v, true
		}
		if meta&metaMoved != 0 {
			t := s.successor(root)
			if t == nil {
				goto start
			}
			root = t.root
			goto table
		}
		next, current := s.follow(root, b)
		if !current {
			goto start
		}
		if next == nil {
			return 0, false
		}
		b = next
	}
}

// storeWord is the usual cases of Store: nobody has the lock, the key is in the
// root bucket of its chain, or there is no other and it has room. It reports
// whether it was one of those.
func (c *mapCore) storeWord(k, v uint64) bool {
	h := c.words.of(k)
	s := &c.shards[h&c.mask]
	b, meta := s.tryRoot(h)
	if b == nil {
		return false
	}
	for slot := range b.slots {
		if atomic.LoadUint64(&b.slots[slot].key) == k && meta&fullBit(slot) != 0 {
			atomic.StoreUint64(&b.slots[slot].value, v)
			b.unlock(s, meta)
			return true
		}
	}
	empty := ^meta & wordTags
	if empty == 0 || atomic.LoadUint64(&b.next) != 0 {
		b.unlock(s, meta)
		return false
	}
	slot := slotOf(empty)
	atomic.StoreUint64(&b.word(slot).key, k)
	atomic.StoreUint64(&b.word(slot).value, v)
	b.unlock(s, withNextVersion(withTag(meta, slot, tagOf(h))))
	s.count.Add(1)
	return true
}

// deleteWord is the same of Delete.
func (c *mapCore) deleteWord(k uint64) bool {
	h := c.words.of(k)
	if mayShrink(h) {
		return false
	}
	s := &c.shards[h&c.mask]
	b, meta := s.tryRoot(h)
	if b == nil {
		return false
	}
	for slot := range b.slots {
		if atomic.LoadUint64(&b.slots[slot].key) == k && meta&fullBit(slot) != 0 {
			b.unlock(s, withTag(meta, slot, 0))
			s.count.Add(-1)
			return true
		}
	}
	absent := atomic.LoadUint64(&b.next) == 0
	b.unlock(s, meta)
	return absent
}

// tryRoot locks the chain for a hash, if it is in the shard's table and not
// locked.
func (s *mapShard) tryRoot(h uint64) (b *mapBucket, meta uint64) {
	root := atomic.LoadPointer(s.root)
	if root == nil {
		return nil, 0
	}
	b = rootBucket(root, h)
	meta = atomic.LoadUint64(&b.meta)
	if meta >= metaMoved || !atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
		return nil, 0
	}
	return b, meta
}

// findWord goes to where the key is, or else to where it can be put.
func (l *mapHold) findWord(h, k uint64) (v uint64, ok bool) {
	for b := l.first; b != nil; b = l.step(b) {
		meta := l.metaOf(b)
		for m := matches(meta, tagOf(h), wordTags); m != 0; m &= m - 1 {
			slot := b.word(slotOf(m))
			if atomic.LoadUint64(&slot.key) == k {
				l.at, l.slot = b, slotOf(m)
				return atomic.LoadUint64(&slot.value), true
			}
		}
		l.free(b, meta, wordTags)
	}
	return 0, false
}

// putWord stores the value of the key that findWord has, or has not, found.
func (l *mapHold) putWord(h, k, v uint64, found bool) {
	if found {
		atomic.StoreUint64(&l.at.word(l.slot).value, v)
		return
	}
	link := l.room()
	slot := l.at.word(l.slot)
	atomic.StoreUint64(&slot.key, k)
	atomic.StoreUint64(&slot.value, v)
	l.publish(withNextVersion(withTag(l.metaOf(l.at), l.slot, tagOf(h))), link)
}

// wordLayout is a mapLayout. hash is nil for words.of.
type wordLayout struct {
	c    *mapCore
	hash func(k uint64) uint64
}

func (w wordLayout) alloc(n int) unsafe.Pointer { return makeWordBuckets(n) }

func (w wordLayout) of(k uint64) uint64 {
	if w.hash != nil {
		return w.hash(k)
	}
	return w.c.words.of(k)
}

func (w wordLayout) moveChain(s *mapShard, old, to *mapTable, b *mapBucket) {
	eachWord(s, old.root, b, func(k, v uint64) {
		h := w.of(k)
		l := w.c.holdFrom(s, to.root, to, h)
		l.findWord(h, k)
		l.putWord(h, k, v, false)
		l.first.unlock(s, l.meta)
	})
}

func (w wordLayout) countChain(s *mapShard, t *mapTable, b *mapBucket) (n int) {
	eachWord(s, t.root, b, func(_, _ uint64) { n++ })
	return n
}

// eachWord calls f for each entry of a locked chain of the table of root.
func eachWord(s *mapShard, root unsafe.Pointer, b *mapBucket, f func(k, v uint64)) {
	for ; b != nil; b, _ = s.follow(root, b) {
		for m := atomic.LoadUint64(&b.meta) & wordTags; m != 0; m &= m - 1 {
			slot := b.word(slotOf(m))
			f(atomic.LoadUint64(&slot.key), atomic.LoadUint64(&slot.value))
		}
	}
}
