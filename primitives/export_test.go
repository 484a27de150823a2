package primitives

import "github.com/percpu-go/percpu/backend"

// Backend returns the backend that the counter is attached to, or nil.
func (c *Counter) Backend() backend.Backend { return c.cell.Backend() }

// hashedLayout is a layout that hashes keys by a function.
type hashedLayout[K comparable] struct {
	mapLayout
	f func(K) uint64
}

func (h hashedLayout[K]) hash(key K) uint64 { return h.f(key) }

// NewHashedMap returns a map that hashes keys by the given function.
func NewHashedMap[K comparable, V any](hash func(K) uint64, opts ...MapOption) *Map[K, V] {
	m := NewMap[K, V](opts...)
	m.core.kind, m.core.layout = mapOther, hashedLayout[K]{m.core.layout, hash}
	return m
}

// NewBadHashMap returns a map that hashes all keys alike.
func NewBadHashMap[K comparable, V any](opts ...MapOption) *Map[K, V] {
	return NewHashedMap[K, V](func(K) uint64 { return 0 }, opts...)
}

// NewTruncHashMap returns a map with hashes that choose one of four chains and of
// four tags.
func NewTruncHashMap[K comparable, V any](opts ...MapOption) *Map[K, V] {
	good := NewMap[K, V]()
	return NewHashedMap[K, V](func(k K) uint64 { return good.hash(k) & 0xC000_0000_0000_0003 }, opts...)
}

// Inline reports whether the map keeps entries in its buckets.
func (m *Map[K, V]) Inline() bool { return m.core.inline }

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
