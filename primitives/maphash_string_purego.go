//go:build purego

package primitives

import (
	"hash/maphash"
	"unsafe"
)

// hashString returns the hash of a key of a string type. The tag is also package
// maphash's, whose Comparable then allocates.
func hashString[K comparable](seed maphash.Seed, key K) uint64 {
	return maphash.String(seed, *(*string)(unsafe.Pointer(&key)))
}
