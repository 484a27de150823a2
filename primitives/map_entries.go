package primitives

import (
	"hash/maphash"
	"sync/atomic"
	"unsafe"
)

// The layout of all other maps: buckets hold pointers to entries, which never
// change. A value is replaced by another entry.

type boxBucket struct {
	meta, next uint64
	pad        [bucketSize - 16 - boxSlots*unsafe.Sizeof(unsafe.Pointer(nil))]byte // at the end it would not be empty
	entries    [boxSlots]unsafe.Pointer
}

const boxSlots = 6

type mapEntry[K comparable, V any] struct {
	key   K
	value V
}

// unequalEntry is the entry of a key that is not equal to itself, as a NaN is.
// Its hash is different each time, so the first one is kept: the entry must have
// a place in the order of hashes.
type unequalEntry[K comparable, V any] struct {
	mapEntry[K, V]
	hash uint64
}

func newEntry[K comparable, V any](h uint64, k K, v V) *mapEntry[K, V] {
	if k != k {
		return &(&unequalEntry[K, V]{mapEntry[K, V]{k, v}, h}).mapEntry
	}
	return &mapEntry[K, V]{k, v}
}

// hashOf returns the hash that e was stored under.
func (m *Map[K, V]) hashOf(e *mapEntry[K, V]) uint64 {
	if e.key != e.key {
		return (*unequalEntry[K, V])(unsafe.Pointer(e)).hash
	}
	return m.hash(e.key)
}

func (b *mapBucket) entry(slot int) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(&(*boxBucket)(unsafe.Pointer(b)).entries), uintptr(slot)*unsafe.Sizeof(unsafe.Pointer(nil))))
}

// entryOf returns the entry of a key, or nil, in a map of entries that has been
// started. The usual cases stand here, for all kinds of keys: the key is in the first
// bucket of its chain, or there is no other.
func (m *Map[K, V]) entryOf(root unsafe.Pointer, key K) *mapEntry[K, V] {
	c := &m.core
	var h, meta uint64
	var b *mapBucket
	if s := toString(key); unsafe.Sizeof(key) == unsafe.Sizeof(s) && c.kind == mapStrings && isSmall(s) {
		// The words that it is hashed by say whether another is equal, too.
		p, n := unsafe.Pointer(unsafe.StringData(s)), len(s)
		first, last := ends(p, n)
		h = c.words.ofEnds(first, last, n)
		b = rootBucket(root, h)
		meta = atomic.LoadUint64(&b.meta)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			e := atomic.LoadPointer(b.entry(slotOf(t)))
			if e == nil || len(*(*string)(e)) != n {
				continue
			}
			q := unsafe.Pointer(unsafe.StringData(*(*string)(e)))
			if q == p {
				return (*mapEntry[K, V])(e)
			}
			if f, l := ends(q, n); f == first && l == last {
				return (*mapEntry[K, V])(e)
			}
		}
	} else {
		switch {
		case unsafe.Sizeof(key) == unsafe.Sizeof(s) && c.kind == mapStrings:
			h = c.words.ofString(c.seed, s)
		case unsafe.Sizeof(key) <= 8 && c.kind == mapWordKeys:
			h = c.words.of(toWord(key))
		case !hashAllocates:
			h = maphash.Comparable(c.seed, key) // hashComparable is not inlined
		default:
			h = hashComparable(c.seed, key)
		}
		b = rootBucket(root, h)
		meta = atomic.LoadUint64(&b.meta)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			e := (*mapEntry[K, V])(atomic.LoadPointer(b.entry(slotOf(t))))
			if e != nil && e.key == key {
				return e
			}
		}
	}
	if atomic.LoadUint64(&b.next) == 0 && meta&metaMoved == 0 {
		return nil
	}
	return m.loadEntry(h, key)
}

// findEntry looks for a key in a chain and returns its entry and where that is,
// or nil. It reports whether the chain had moved.
func findEntry[K comparable, V any](ch chain, h uint64, k K) (e *mapEntry[K, V], at *mapBucket, slot int, moved bool) {
	for b := ch.root; b != nil; b = ch.t.after(b) {
		meta := atomic.LoadUint64(&b.meta)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			e := (*mapEntry[K, V])(atomic.LoadPointer(b.entry(slotOf(t))))
			if e != nil && e.key == k {
				return e, b, slotOf(t), false
			}
		}
		if meta&metaMoved != 0 { // of the root only; what follows is out of date then
			return nil, nil, 0, true
		}
	}
	return nil, nil, 0, false
}

// loadEntry returns a key's entry, wherever it is, or nil.
func (m *Map[K, V]) loadEntry(h uint64, k K) *mapEntry[K, V] {
	for t := m.core.table.Load(); ; {
		e, _, _, moved := findEntry[K, V](chain{t, rootBucket(t.root, h)}, h, k)
		if e != nil || !moved {
			return e
		}
		t = t.move.Load().to
	}
}

// findHeld goes to where the key is.
func findHeld[K comparable, V any](l *mapHold, h uint64, k K) (e *mapEntry[K, V]) {
	e, l.at, l.slot, _ = findEntry[K, V](l.chain, h, k)
	return e
}

// putEntry stores an entry where findHeld has, or has not, found one.
func (l *mapHold) putEntry(h uint64, e unsafe.Pointer) {
	if l.at != nil {
		atomic.StorePointer(l.at.entry(l.slot), e)
		return
	}
	last, link := l.room()
	atomic.StorePointer(l.at.entry(l.slot), e)
	l.publish(withTag(l.metaOf(l.at), l.slot, tagOf(h)), last, link)
}

// storeEntry is the usual cases of Store: nobody has the lock, the key is in the
// root bucket of its chain, or there is no other and it has room. It reports
// whether it was one of those. Comparing can't panic, as hashing has not.
func (m *Map[K, V]) storeEntry(root unsafe.Pointer, key K, value V) bool {
	c := &m.core
	h := m.hash(key)
	e := unsafe.Pointer(newEntry(h, key, value))
	b := rootBucket(root, h)
	meta, ok := b.tryLock()
	if !ok {
		return false
	}
	for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
		p := b.entry(slotOf(t))
		if old := (*mapEntry[K, V])(atomic.LoadPointer(p)); old != nil && old.key == key {
			atomic.StorePointer(p, e)
			c.unlock(b, meta, meta)
			return true
		}
	}
	empty := ^meta & boxTags
	if empty == 0 || atomic.LoadUint64(&b.next) != 0 {
		c.unlock(b, meta, meta)
		return false
	}
	slot := slotOf(empty)
	atomic.StorePointer(b.entry(slot), e)
	c.unlock(b, meta, withTag(meta, slot, tagOf(h)))
	c.count.Add(1)
	return true
}

// cut removes that very entry, if it is still in the map, and reports whether it
// was.
func (m *Map[K, V]) cut(e *mapEntry[K, V]) bool {
	h := m.hashOf(e)
	l := m.core.hold(h)
	l.slots(boxTags, func(b *mapBucket, slot int) {
		if atomic.LoadPointer(b.entry(slot)) == unsafe.Pointer(e) {
			l.at, l.slot = b, slot
		}
	})
	found := l.at != nil
	if found {
		l.remove(h)
	}
	l.release()
	return found
}

// Buckets stand on cache lines of their own, at multiples of 64. The runtime
// does not promise that, so it is looked at; and it puts a word before objects of
// middling size that hold pointers (the malloc header of Go 1.22), so for those
// it takes another way. The collector must find the pointers where the type of
// the allocation has them, so one can't just move on to the next multiple.

// rotatedBucket is a boxBucket with its first word, that is meta, at the end. In
// a row of them, from the last word of one to the next, are boxBuckets.
type rotatedBucket struct {
	_       uint64
	_       [len(boxBucket{}.pad)]byte
	entries [boxSlots]unsafe.Pointer
	meta    uint64
}

// All have the same size, and words where they are expected.
var (
	_ [0]struct{} = [unsafe.Sizeof(mapBucket{}) - bucketSize]struct{}{}
	_ [0]struct{} = [unsafe.Sizeof(boxBucket{}) - bucketSize]struct{}{}
	_ [0]struct{} = [unsafe.Sizeof(rotatedBucket{}) - bucketSize]struct{}{}
	_ [0]struct{} = [unsafe.Offsetof(boxBucket{}.next) - unsafe.Offsetof(mapBucket{}.next)]struct{}{}
	_ [0]struct{} = [unsafe.Offsetof(rotatedBucket{}.entries) + unsafe.Sizeof(uint64(0)) - unsafe.Offsetof(boxBucket{}.entries)]struct{}{}
)

// Objects with pointers have a header if they are larger and not larger than
// this. If it is wrong, memory is wasted.
const (
	headerAbove  = 512
	headerUpto   = 32<<10 - 8
	largeBuckets = 64 << 10 / bucketSize // allocated as pages
)

// makeBoxBuckets returns n buckets with pointers.
func makeBoxBuckets(n int) unsafe.Pointer {
	plain := func(n int) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]boxBucket, n))) }
	rotated := func(n int) unsafe.Pointer {
		return unsafe.Pointer(&unsafe.SliceData(make([]rotatedBucket, n+1)).meta)
	}
	first, second := plain, rotated
	if size := n * bucketSize; size > headerAbove && size <= headerUpto {
		first, second = rotated, plain
	}
	p := first(n)
	if !onLine(p) {
		p = second(n)
	}
	if !onLine(p) {
		p = plain(max(n, largeBuckets))
	}
	if !onLine(p) {
		panic("percpu: Map: the runtime allocates pages that are not at multiples of 64")
	}
	return p
}

func onLine(p unsafe.Pointer) bool { return uintptr(p)%bucketSize == 0 }

// entryLayout is a mapLayout.
type entryLayout[K comparable, V any] struct{ m *Map[K, V] }

func (x entryLayout[K, V]) alloc(n int) unsafe.Pointer { return makeBoxBuckets(n) }

func (x entryLayout[K, V]) moveChain(to *mapTable, ch chain) {
	ch.slots(boxTags, func(b *mapBucket, slot int) {
		e := atomic.LoadPointer(b.entry(slot))
		h := x.m.hashOf((*mapEntry[K, V])(e))
		l := x.m.core.holdFrom(to, h)
		l.putEntry(h, e)
		x.m.core.unlock(l.root, l.held, l.meta)
	})
}
