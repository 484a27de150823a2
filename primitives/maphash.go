package primitives

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"sync/atomic"
	"unsafe"
)

// wordHash is a seeded hash function of words: twice a product to 128 bits whose
// halves are folded, as the runtime's own where there are no AES instructions. It
// also hashes short strings, in the same way.
//
// It resists floods as far as its 24 bytes are secret: who doesn't know them, and
// can't measure how long single calls take, can't choose keys that collide. It is
// no cryptographic function; nor is the runtime's.
type wordHash struct{ add, mul, fin uint64 }

func newWordHash(seed maphash.Seed) wordHash {
	n := uint64(0)
	random := func() uint64 {
		n++
		return maphash.Comparable(seed, n)
	}
	factor := func() uint64 { // odd, and neither few ones nor few zeros: those mix badly
		for {
			if f := random() | 1; bits.OnesCount64(f)-24 <= 16 && bits.OnesCount64(f) >= 24 {
				return f
			}
		}
	}
	return wordHash{random(), factor(), factor()}
}

func (h wordHash) of(k uint64) uint64 { return fold(fold(k^h.add, h.mul), h.fin) }

// fold returns the product's halves, one on the other.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// Strings of up to shortString bytes are hashed here, those of tinyString at least
// in the fewest instructions: for longer ones the runtime's function is faster,
// which takes 16 bytes at a time.
const (
	tinyString  = 4
	smallString = 16
	shortString = 32
)

// ofString returns the hash of a string. Up to 16 bytes are read as two words,
// whose parts overlap if it is shorter, and multiplied as wordHash does; the length
// goes into the last product, so that what is read twice does not make strings of
// different lengths alike. The 16 bytes before those come into it by a product of
// their own.
func (h *wordHash) ofString(seed maphash.Seed, s string) uint64 {
	n := len(s)
	p := unsafe.Pointer(unsafe.StringData(s))
	var a, b uint64
	factor := h.mul
	switch {
	case n > shortString:
		return maphash.String(seed, s)
	case n > smallString:
		factor ^= fold(word64(p, 0)^h.add, word64(p, 8)^h.fin)
		a, b = word64(p, n-16), word64(p, n-8)
	case n >= tinyString:
		mid := n >> 3 << 2
		a = word32(p, 0)<<32 | word32(p, mid)
		b = word32(p, n-4)<<32 | word32(p, n-4-mid)
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n>>1])<<8 | uint64(s[n-1])
	}
	return fold(fold(a^h.add, b^factor)^uint64(n), h.fin)
}

// findString returns the entry of a key of a string type, if it is in the first
// bucket of its chain or there is no other; and else whether more is to be looked
// through, and the key's hash.
//
// The words that short strings are hashed by say whether they are equal, too.
func (c *mapCore) findString(root unsafe.Pointer, s string) (entry unsafe.Pointer, h uint64, more bool) {
	n := len(s)
	p := unsafe.Pointer(unsafe.StringData(s))
	var b *mapBucket
	var meta uint64
	if uint(n)-tinyString <= smallString-tinyString {
		mid := n >> 3 << 2
		first := word32(p, 0)<<32 | word32(p, mid)
		last := word32(p, n-4)<<32 | word32(p, n-4-mid)
		h = fold(fold(first^c.words.add, last^c.words.mul)^uint64(n), c.words.fin)
		b = rootBucket(root, h)
		meta = atomic.LoadUint64(&b.meta)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			e := atomic.LoadPointer(b.entry(slotOf(t)))
			if e == nil || len(*(*string)(e)) != n {
				continue
			}
			q := unsafe.Pointer(unsafe.StringData(*(*string)(e)))
			if q == p || word32(q, 0)<<32|word32(q, mid) == first && word32(q, n-4)<<32|word32(q, n-4-mid) == last {
				return e, h, false
			}
		}
	} else {
		h = c.words.ofString(c.seed, s)
		b = rootBucket(root, h)
		meta = atomic.LoadUint64(&b.meta)
		for t := matches(meta, tagOf(h), boxTags); t != 0; t &= t - 1 {
			if e := atomic.LoadPointer(b.entry(slotOf(t))); e != nil && *(*string)(e) == s {
				return e, h, false
			}
		}
	}
	return nil, h, atomic.LoadUint64(&b.next) != 0 || meta&metaMoved != 0
}

// word64 returns the 8 bytes at an offset; the compiler makes one load of them
// where unaligned ones are allowed.
func word64(p unsafe.Pointer, at int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, at))[:])
}

func word32(p unsafe.Pointer, at int) uint64 {
	return uint64(binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, at))[:]))
}
