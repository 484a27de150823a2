//go:build purego

package primitives

import "hash/maphash"

// The tag purego is also package maphash's, whose Comparable then goes by
// reflection.

// hashAllocates says whether hashing a key may: Comparable does.
const hashAllocates = true

// hashComparable returns the hash of a key. Comparable panics if the key is a nil
// interface (and also if it has one inside, which we can't help).
func hashComparable[K comparable](seed maphash.Seed, key K) uint64 {
	if any(key) == nil {
		return maphash.String(seed, "nil")
	}
	return maphash.Comparable(seed, key)
}
