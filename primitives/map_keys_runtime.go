//go:build !purego

package primitives

import "hash/maphash"

// hashAllocates says whether hashing a key may.
const hashAllocates = false

func hashComparable[K comparable](seed maphash.Seed, key K) uint64 {
	return maphash.Comparable(seed, key)
}
