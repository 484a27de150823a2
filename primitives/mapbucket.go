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
	metaMoved   = 1 << 61 // everything has moved to the next table
	metaWaiters = 1 << 62 // somebody sleeps until the lock is released
	metaLocked  = 1 << 63

	metaVersion     = 1 << 24 // one version
	metaVersionMask = metaMoved - metaVersion

	wordTags = 0x808080       // the top bits of the tags of a bucket of words
	boxTags  = 0x808080808080 // the same of pointers
	lowBits  = 0x010101010101
)

// tagOf returns the tag of a hash: bits that say nothing about shard and bucket.
func tagOf(h uint64) uint64 { return h>>20&0x7f | 0x80 }

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

func (b *mapBucket) loadSlot(slot int) (key, value uint64) {
	return atomic.LoadUint64(&b.slots[slot].key), atomic.LoadUint64(&b.slots[slot].value)
}

func (b *mapBucket) word(slot int) *wordSlot {
	return (*wordSlot)(unsafe.Add(unsafe.Pointer(&b.slots), uintptr(slot)*unsafe.Sizeof(wordSlot{})))
}

// lock locks the chain of root b and returns b's meta as it is without the lock;
// or reports that all of it has moved, then without a lock.
func (b *mapBucket) lock(s *mapShard) (meta uint64, moved bool) {
	meta = atomic.LoadUint64(&b.meta)
	if meta < metaMoved && atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
		return meta, false
	}
	return b.lockSlow(s)
}

// spins is how often a lock is looked at before its holder is taken to be
// off its CPU, or in a long Compute.
const spins = 100

func (b *mapBucket) lockSlow(s *mapShard) (meta uint64, moved bool) {
	for i := range spins {
		meta = atomic.LoadUint64(&b.meta)
		if meta&metaMoved != 0 {
			return meta, true
		}
		if meta&metaLocked == 0 && atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
			return meta, false
		}
		if i == spins/2 {
			runtime.Gosched()
		}
	}
	s.park.Lock()
	defer s.park.Unlock()
	for {
		meta = atomic.LoadUint64(&b.meta)
		switch {
		case meta&metaMoved != 0:
			return meta, true
		case meta&metaLocked == 0:
			if atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
				return meta, false
			}
		case meta&metaWaiters != 0 || atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaWaiters):
			s.unlocked.Wait()
		}
	}
}

// unlock releases the chain of root b, whose meta becomes the given one, all in
// one. Those who sleep are all woken: they will set metaWaiters again.
func (b *mapBucket) unlock(s *mapShard, meta uint64) {
	if atomic.SwapUint64(&b.meta, meta)&metaWaiters != 0 {
		s.park.Lock()
		s.unlocked.Broadcast()
		s.park.Unlock()
	}
}
