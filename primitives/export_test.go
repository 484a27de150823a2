package primitives

import "github.com/percpu-go/percpu/backend"

// Backend returns the backend that the counter is attached to, or nil.
func (c *Counter) Backend() backend.Backend { return c.cell.Backend() }

// NewBadHashMap returns a map that hashes all keys alike that are words, or strings
// of up to 32 bytes; others as ever.
func NewBadHashMap[K comparable, V any](opts ...MapOption) *Map[K, V] {
	m := NewMap[K, V](opts...)
	m.core.words = wordHash{}
	return m
}

// NewTruncHashMap returns a map with hashes of small integers that choose one of four
// chains.
func NewTruncHashMap[K comparable, V any](opts ...MapOption) *Map[K, V] {
	m := NewMap[K, V](opts...)
	m.core.words = wordHash{0, 1, 1<<62 | 1}
	return m
}

// Inline reports whether the map keeps entries in its buckets.
func (m *Map[K, V]) Inline() bool { return m.core.kind == mapWords }

// Resizing reports whether a resize is under way.
func (m *Map[K, V]) Resizing() bool { return m.used() && m.core.table.Load().move.Load() != nil }

// Chains returns how many chains the map has.
func (m *Map[K, V]) Chains() int {
	if !m.used() {
		return 0
	}
	return 1 << m.core.newest().lg
}

// SameChain reports whether two keys share a lock, as long as no resize ends.
func (m *Map[K, V]) SameChain(a, b K) bool {
	root := m.core.table.Load().root
	return rootBucket(root, m.hash(a)) == rootBucket(root, m.hash(b))
}

// HashAllocates says whether hashing a key may.
const HashAllocates = hashAllocates
