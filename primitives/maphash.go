package primitives

import (
	"hash/maphash"
	"math/bits"
)

// wordHash is a seeded hash function of words: twice a product to 128 bits whose
// halves are folded, as the runtime's own where there are no AES instructions.
//
// It resists floods as far as its 24 bytes are secret: who doesn't know them, and
// can't measure how long single calls take, can't choose keys that collide. It is
// no cryptographic function; nor is the runtime's.
type wordHash struct{ add, mul, fin uint64 }

func newWordHash() wordHash {
	seed := maphash.MakeSeed()
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
