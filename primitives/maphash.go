package primitives

import (
	"hash/maphash"
	"math/bits"
)

// wordHash is a seeded hash function of words: one multiplication to 128 bits,
// of which the halves are folded. What it promises is what the runtime's own
// map promises where it has no AES instructions: that nobody who doesn't know
// the seed and doesn't measure can choose keys that collide. It is not
// cryptographic.
type wordHash struct{ add, mul uint64 }

func newWordHash() (h wordHash) {
	seed := maphash.MakeSeed()
	for i := uint64(0); ; i += 2 {
		h.add = maphash.Comparable(seed, i)
		h.mul = maphash.Comparable(seed, i+1) | 1
		// A multiplier with few ones, or few zeros, mixes badly.
		if n := bits.OnesCount64(h.mul); n >= 24 && n <= 40 && h.mul>>62 != 0 {
			return h
		}
	}
}

func (h wordHash) of(k uint64) uint64 {
	hi, lo := bits.Mul64(k^h.add, h.mul)
	return hi ^ lo
}
