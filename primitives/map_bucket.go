package primitives

import (
	"math/bits"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// mapBucket is a cache line of a map's table. There are two kinds, alike in
// their first two words: this one holds three keys and values of at most a word
// each, the other (boxBucket) pointers to entries.
//
// All words are read and written by atomic operations only.
type mapBucket struct {
	meta  uint64
	next  uint64 // the next bucket of the chain, or 0; see near; set once
	slots [wordSlots]wordSlot
}

type wordSlot struct{ key, value uint64 }

const (
	bucketSize = 64
	wordSlots  = 3
)

// The meta word, from the lowest bit: a byte for each slot, 0 if that is empty
// and else a tag, which is part of the key's hash with the top bit set; for
// buckets of words a version, which changes each time that a slot is filled; and
// three flags. The flags count in the first bucket of a chain only, the root:
// its lock is that of the chain.
const (
	metaMoved   = 1 << 61 // everything has moved to the next table, and there are no tags
	metaWaiters = 1 << 62 // somebody is parked until the lock is released
	metaLocked  = 1 << 63

	metaVersion     = 1 << 24 // one version
	metaVersionMask = metaMoved - metaVersion

	wordTags = 0x808080       // the top bits of the tags of a bucket of words
	boxTags  = 0x808080808080 // the same of pointers
	lowBits  = 0x010101010101
)

// tagOf returns the tag of a hash: bits that say nothing about the bucket, but in
// very large tables.
func tagOf(h uint64) uint64 { return h&0x7f | 0x80 }

// matches marks the bytes of meta that are tag by their top bit, in the bytes
// that tops has. It may also mark a byte above one that it marks rightly.
func matches(meta, tag, tops uint64) uint64 {
	x := meta ^ tag*(lowBits&(tops>>7))
	return (x - lowBits&(tops>>7)) &^ x & tops
}

// slotOf returns the slot that the lowest bit of marks stands for.
func slotOf(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// withTag returns meta with a slot's byte set.
func withTag(meta uint64, slot int, tag uint64) uint64 {
	return meta&^(0xff<<(8*slot)) | tag<<(8*slot)
}

// withNextVersion returns meta with another version.
func withNextVersion(meta uint64) uint64 {
	return meta&^metaVersionMask | (meta+metaVersion)&metaVersionMask
}

// fullBit is the bit of meta that says that a slot is full.
func fullBit(slot int) uint64 { return 0x80 << (8 * slot) }

// chain is the buckets of a table that begin with a root.
type chain struct {
	t    *mapTable
	root *mapBucket
}

// slots calls f for each full slot. The chain is locked, or has moved.
func (ch chain) slots(tops uint64, f func(b *mapBucket, slot int)) {
	for b := ch.root; b != nil; b = ch.t.after(b) {
		for m := atomic.LoadUint64(&b.meta) & tops; m != 0; m &= m - 1 {
			f(b, slotOf(m))
		}
	}
}

func (ch chain) count(tops uint64) (n int) {
	ch.slots(tops, func(*mapBucket, int) { n++ })
	return n
}

func (b *mapBucket) loadSlot(slot int) (key, value uint64) {
	return atomic.LoadUint64(&b.slots[slot].key), atomic.LoadUint64(&b.slots[slot].value)
}

func (b *mapBucket) word(slot int) *wordSlot {
	return (*wordSlot)(unsafe.Add(unsafe.Pointer(&b.slots), uintptr(slot)*unsafe.Sizeof(wordSlot{})))
}

// tryLock locks the chain of root b and returns b's meta as it is without the
// lock. It fails if that is held, or if the chain has moved: meta says which.
func (b *mapBucket) tryLock() (meta uint64, ok bool) {
	meta = atomic.LoadUint64(&b.meta)
	return meta, meta < metaMoved && atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked)
}

// lock locks the chain of root b and returns b's meta as it is without the lock;
// or reports that all of it has moved, then without a lock.
func (c *mapCore) lock(b *mapBucket) (meta uint64, moved bool) {
	if meta, ok := b.tryLock(); ok {
		return meta, false
	}
	return c.lockSlow(b)
}

// unlock releases the chain of root b, whose meta was held when it was locked and
// becomes the given one.
func (c *mapCore) unlock(b *mapBucket, held, meta uint64) {
	if !atomic.CompareAndSwapUint64(&b.meta, held|metaLocked, meta) {
		c.unlockSlow(b, meta)
	}
}

// spins is how often a lock is looked at before its holder is taken to be off its
// CPU, or in a long Compute.
const spins = 100

func (c *mapCore) lockSlow(b *mapBucket) (meta uint64, moved bool) {
	for i := range spins {
		meta = atomic.LoadUint64(&b.meta)
		if meta&metaMoved != 0 {
			return meta, true
		}
		if meta&metaLocked == 0 && atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
			return meta &^ metaWaiters, false
		}
		if i == spins/2 {
			runtime.Gosched()
		}
	}
	w := newWaiter()
	defer w.free()
	for {
		c.waiting.lock()
		meta = atomic.LoadUint64(&b.meta)
		switch {
		case meta&metaMoved != 0:
			c.waiting.unlock()
			return meta, true
		case meta&metaLocked == 0:
			locked := atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked)
			c.waiting.unlock()
			if locked {
				return meta &^ metaWaiters, false
			}
		case !atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaWaiters):
			c.waiting.unlock()
		default:
			c.waiting.add(w, unsafe.Pointer(b))
			c.waiting.unlock()
			if w.park() { // the lock has been handed over, with the meta that is there
				return atomic.LoadUint64(&b.meta) &^ (metaLocked | metaWaiters), false
			}
		}
	}
}

// unlockSlow is unlock where somebody waits.
func (c *mapCore) unlockSlow(b *mapBucket, meta uint64) {
	c.waiting.lock()
	w, more := c.waiting.take(unsafe.Pointer(b))
	if meta&metaMoved != 0 { // they all go elsewhere
		atomic.StoreUint64(&b.meta, meta)
		for ; w != nil; w, _ = c.waiting.take(unsafe.Pointer(b)) {
			w.wake(false)
		}
		c.waiting.unlock()
		return
	}
	hand := w != nil && w.starving()
	if more {
		meta |= metaWaiters
	}
	if hand {
		meta |= metaLocked
	}
	atomic.StoreUint64(&b.meta, meta)
	c.waiting.unlock()
	if w != nil {
		w.wake(hand)
	}
	if hand {
		runtime.Gosched() // or it might have to wait for this goroutine's time slice to end
	}
}

// contention widens tables that are small for how many goroutines want locks of
// them; it reports whether the size is to be looked at.
func (c *mapCore) contention(t *mapTable) bool {
	if c.waits.Add(1)%contentionStep != 0 || t.move.Load() != nil {
		return false
	}
	least := int32(t.lg + 1)
	if n := 1 << t.lg; n >= 4*runtime.GOMAXPROCS(0) || n >= 4*c.len() || least <= c.leastLg.Load() {
		return false
	}
	c.leastLg.Store(least)
	return true
}

const contentionStep = 16
