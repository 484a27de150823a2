package primitives

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"reflect"
	"unsafe"
)

// mapKind says how keys are hashed and entries kept.
type mapKind uint32

const (
	mapWords    mapKind = iota // words in buckets
	mapWordKeys                // pointers to entries, keys of a word
	mapStrings                 // pointers to entries, keys of a string type
	mapEntries                 // pointers to entries
)

// kindOf says how to keep entries of these types.
func kindOf(key, value reflect.Type) mapKind {
	switch {
	case isWord(key) && fitsWord(value):
		return mapWords
	case isWord(key):
		return mapWordKeys
	case key.Kind() == reflect.String:
		return mapStrings
	}
	return mapEntries
}

// hash returns the hash of a key of a map that has been started.
func (m *Map[K, V]) hash(key K) uint64 {
	c := &m.core
	switch c.kind {
	case mapWords, mapWordKeys:
		return c.words.of(toWord(key))
	case mapStrings:
		return c.words.ofString(c.seed, toString(key))
	}
	return hashComparable(c.seed, key)
}

// isWord reports whether two values of type t are equal if and only if their
// bytes are, which are 8 at most and hold no pointers.
func isWord(t reflect.Type) bool {
	if t.Size() > 8 {
		return false
	}
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	case reflect.Array:
		return t.Len() == 0 || isWord(t.Elem())
	case reflect.Struct:
		var size uintptr // without padding
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Name == "_" || !isWord(f.Type) {
				return false
			}
			size += f.Type.Size()
		}
		return size == t.Size()
	}
	return false
}

// fitsWord reports whether values of type t are 8 bytes at most, without
// pointers.
func fitsWord(t reflect.Type) bool {
	if t.Size() > 8 {
		return false
	}
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64:
		return true
	case reflect.Array:
		return t.Len() == 0 || fitsWord(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !fitsWord(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return isWord(t)
}

// toWord returns the bytes of v, of a type of 8 at most, in a word.
func toWord[T any](v T) (w uint64) {
	switch {
	case unsafe.Sizeof(v) == 8 && unsafe.Alignof(v) == 8:
		return *(*uint64)(unsafe.Pointer(&v))
	case unsafe.Sizeof(v) == 4 && unsafe.Alignof(v) == 4:
		return uint64(*(*uint32)(unsafe.Pointer(&v)))
	case unsafe.Sizeof(v) == 2 && unsafe.Alignof(v) == 2:
		return uint64(*(*uint16)(unsafe.Pointer(&v)))
	case unsafe.Sizeof(v) == 1:
		return uint64(*(*uint8)(unsafe.Pointer(&v)))
	case unsafe.Sizeof(v) <= 8:
		*(*T)(unsafe.Pointer(&w)) = v
	}
	return w
}

// fromWord is the inverse of toWord.
func fromWord[T any](w uint64) (v T) {
	switch {
	case unsafe.Sizeof(v) == 8 && unsafe.Alignof(v) == 8:
		*(*uint64)(unsafe.Pointer(&v)) = w
	case unsafe.Sizeof(v) == 4 && unsafe.Alignof(v) == 4:
		*(*uint32)(unsafe.Pointer(&v)) = uint32(w)
	case unsafe.Sizeof(v) == 2 && unsafe.Alignof(v) == 2:
		*(*uint16)(unsafe.Pointer(&v)) = uint16(w)
	case unsafe.Sizeof(v) == 1:
		*(*uint8)(unsafe.Pointer(&v)) = uint8(w)
	case unsafe.Sizeof(v) <= 8:
		v = *(*T)(unsafe.Pointer(&w))
	}
	return v
}

// toString returns a key of a string type as a string.
func toString[T any](v T) (s string) {
	if unsafe.Sizeof(v) == unsafe.Sizeof(s) {
		s = *(*string)(unsafe.Pointer(&v))
	}
	return s
}

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

// isSmall reports whether a string is one that ends knows all of.
func isSmall(s string) bool { return uint(len(s))-tinyString <= smallString-tinyString }

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
		a, b = ends(p, n)
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n>>1])<<8 | uint64(s[n-1])
	}
	return fold(fold(a^h.add, b^factor)^uint64(n), h.fin)
}

// ofEnds is ofString of a small string.
func (h *wordHash) ofEnds(first, last uint64, n int) uint64 {
	return fold(fold(first^h.add, last^h.mul)^uint64(n), h.fin)
}

// ends returns the bytes of a string of 4 to 16, some of them twice.
func ends(p unsafe.Pointer, n int) (first, last uint64) {
	mid := n >> 3 << 2
	return word32(p, 0)<<32 | word32(p, mid), word32(p, n-4)<<32 | word32(p, n-4-mid)
}

// word64 returns the 8 bytes at an offset; the compiler makes one load of them
// where unaligned ones are allowed.
func word64(p unsafe.Pointer, at int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, at))[:])
}

func word32(p unsafe.Pointer, at int) uint64 {
	return uint64(binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, at))[:]))
}
