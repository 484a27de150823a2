package primitives

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
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

// shortString is how many bytes are hashed here: above that the runtime's
// function is faster, which takes 16 at a time.
const shortString = 32

// ofString returns the hash of a string. Up to 16 bytes are read as two words,
// which overlap if it is shorter, and multiplied as wordHash does; the length goes
// into the last product, so that what is read twice does not make strings of
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
	case n > 16:
		factor ^= fold(word64(p, 0)^h.add, word64(p, 8)^h.fin)
		a, b = word64(p, n-16), word64(p, n-8)
	case n >= 8:
		a, b = word64(p, 0), word64(p, n-8)
	case n >= 4:
		a, b = word32(p, 0), word32(p, n-4)
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n>>1])<<8 | uint64(s[n-1])
	}
	return fold(fold(a^h.add, b^factor)^uint64(n), h.fin)
}

// word64 returns the 8 bytes at an offset; the compiler makes one load of them
// where unaligned ones are allowed.
func word64(p unsafe.Pointer, at int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, at))[:])
}

func word32(p unsafe.Pointer, at int) uint64 {
	return uint64(binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, at))[:]))
}
