package primitives

// NewHookedMap returns a map that hashes keys by the given function.
func NewHookedMap[K comparable, V any](hash func(K) uint64, opts ...Option) *Map[K, V] {
	m := NewMap[K, V](opts...)
	m.hook = hash
	if m.core.inline {
		m.core.layout = wordLayout{&m.core, func(w uint64) uint64 { return hash(fromWord[K](w)) }}
	}
	m.core.kind.Store(mapHooked)
	m.core.roots = nil
	return m
}

// NewBadHashMap returns a map that hashes all keys alike.
func NewBadHashMap[K comparable, V any](opts ...Option) *Map[K, V] {
	return NewHookedMap[K, V](func(K) uint64 { return 0 }, opts...)
}

// NewTruncHashMap returns a map with hashes that choose one of four shards, and
// one of four buckets.
func NewTruncHashMap[K comparable, V any](opts ...Option) *Map[K, V] {
	good := NewMap[K, V]()
	return NewHookedMap[K, V](func(k K) uint64 { return good.hash(k) & 0xC000_0000_0000_0003 }, opts...)
}

// Inline reports whether the map keeps entries in its buckets.
func (m *Map[K, V]) Inline() bool { return m.core.inline }

// Resizing reports whether a resize of a shard is under way.
func (m *Map[K, V]) Resizing() bool {
	for i := range m.core.shards {
		if m.core.shards[i].next.Load() != nil {
			return true
		}
	}
	return false
}

// HashAllocates says whether hashing a key may.
const HashAllocates = hashAllocates
