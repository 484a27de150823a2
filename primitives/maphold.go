package primitives

import (
	"sync/atomic"
	"unsafe"
)

// mapHold is a locked chain, and a place in it: where a key is, or where it can
// be put.
type mapHold struct {
	c    *mapCore
	s    *mapShard
	root unsafe.Pointer // of the table
	t    *mapTable      // the table, if known
	fine int            // the greatest lg of the tables on the way to the chain

	first *mapBucket // of the chain
	meta  uint64     // of first, to be published by release
	last  *mapBucket // of the chain, as far as it was walked

	at    *mapBucket // where the key is, or a slot is free; nil if there is none
	slot  int
	delta int64 // entries added, less those removed
	look  bool  // whether to look at the shard's size
}

// hold locks the chain that is responsible for a hash.
func (c *mapCore) hold(h uint64) (l mapHold) {
	s := &c.shards[h&c.mask]
	for {
		root := atomic.LoadPointer(s.root)
		if root == nil {
			s.first(c)
			continue
		}
		if l := c.holdFrom(s, root, nil, h); l.first != nil {
			return l
		}
	}
}

// holdFrom is hold in the table of root and those behind it. It returns no chain
// if root is out of date.
func (c *mapCore) holdFrom(s *mapShard, root unsafe.Pointer, t *mapTable, h uint64) mapHold {
	l := mapHold{c: c, s: s, root: root, t: t, fine: rootLg(root)}
	for {
		first := rootBucket(l.root, h)
		meta, moved := first.lock(s)
		if !moved {
			l.first, l.last, l.meta = first, first, meta
			return l
		}
		if l.t = s.successor(l.root); l.t == nil {
			return mapHold{}
		}
		l.root = l.t.root
		l.fine = max(l.fine, l.t.lg)
	}
}

// metaOf returns the meta of a bucket of the chain.
func (l *mapHold) metaOf(b *mapBucket) uint64 {
	if b == l.first {
		return l.meta
	}
	return atomic.LoadUint64(&b.meta)
}

// setMeta makes a bucket's meta so: at once, or on release if it is the first.
func (l *mapHold) setMeta(b *mapBucket, meta uint64) {
	if b == l.first {
		l.meta = meta
	} else {
		atomic.StoreUint64(&b.meta, meta)
	}
}

// step returns the bucket behind b, nil if b is the last.
func (l *mapHold) step(b *mapBucket) *mapBucket {
	next, ok := l.s.follow(l.root, b)
	if !ok {
		panic("percpu: Map: a locked chain is of no table") // it can't be: see mapShard.resize
	}
	if next != nil {
		l.last = next
	}
	return next
}

// free remembers a free slot of b, if it has one and none is known.
func (l *mapHold) free(b *mapBucket, meta, tops uint64) {
	if empty := ^meta & tops; l.at == nil && empty != 0 {
		l.at, l.slot = b, slotOf(empty)
	}
}

// room makes sure of a free slot, if need be in a bucket that is not yet part of
// the chain. It returns a next word for that bucket.
func (l *mapHold) room() (link uint64) {
	l.delta++
	if l.at != nil {
		return 0
	}
	t := l.t
	if t == nil {
		t = l.s.table(l.root)
	}
	link, look := t.spend(l.s, l.c.layout)
	l.look = l.look || look
	l.at, l.slot = t.bucket(link), 0
	return link
}

// publish makes the slot that has been filled visible: on release, or at once.
// meta is that of its bucket then.
func (l *mapHold) publish(meta, link uint64) {
	l.setMeta(l.at, meta)
	if link != 0 {
		atomic.StoreUint64(&l.last.next, link)
	}
}

// remove makes the slot empty.
func (l *mapHold) remove(h uint64) {
	l.setMeta(l.at, withTag(l.metaOf(l.at), l.slot, 0))
	l.delta--
	l.look = l.look || mayShrink(h) && rootLg(l.root) > l.c.minLg && rootLg(l.root) >= 2
}

// mayShrink reports whether to look at the shard's size when a key of that hash
// is removed. An eighth of all keys is enough to see a shard become empty.
func mayShrink(h uint64) bool { return h>>(20+7)%8 == 0 }

// release publishes what has been done, and unlocks the chain.
func (l *mapHold) release() {
	l.first.unlock(l.s, l.meta)
	if l.delta != 0 {
		l.s.count.Add(l.delta)
	}
	if l.look {
		l.s.look(l.c)
	}
}
