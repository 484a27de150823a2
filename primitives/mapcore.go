package primitives

import (
	"hash/maphash"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// mapCore is the part of a Map that doesn't depend on the types of keys and
// values.
type mapCore struct {
	// What readers need, in a line.
	root  unsafe.Pointer // of table; nil until there is one; atomic; written after what is below
	kind  mapKind
	words wordHash
	seed  maphash.Seed

	table   atomic.Pointer[mapTable] // the first whose chains have not all moved
	count   backend.Cell             // of entries
	layout  mapLayout
	waiting waitQueue  // for locks of chains
	sizing  sync.Mutex // held to begin and to end moves, and to get far buckets
	leastLg atomic.Int32
	waits   atomic.Int32 // for locks
	inline  bool         // entries are words in buckets

	computing mapComputing
	starting  sync.Mutex
}

// mapKind says how keys are hashed and entries kept.
type mapKind uint32

const (
	mapWords    mapKind = iota // words in buckets
	mapWordKeys                // pointers to entries, keys of a word
	mapStrings                 // pointers to entries, keys of a string type
	mapEntries                 // pointers to entries
	mapOther                   // either, hashed by the layout
)

// mapLayout is one of the two ways to keep entries, where its cost doesn't
// matter.
type mapLayout interface {
	alloc(n int) unsafe.Pointer

	// moveChain copies the entries of a locked chain to another table.
	moveChain(to *mapTable, ch chain)
}

// mapHasher is a mapLayout that hashes keys its own way.
type mapHasher[K comparable] interface{ hash(key K) uint64 }

// start makes the map ready for its first entry. It panics, and has done nothing,
// if the backend can't be had.
func (m *Map[K, V]) start(o options) {
	c := &m.core
	c.starting.Lock()
	defer c.starting.Unlock()
	if m.used() {
		return
	}
	if o.backend == nil {
		o.backend, _ = defaultIfReady() // if it is not ready, count will find it later
	}
	if o.backend != nil {
		_ = c.count.Attach(o.backend) // without memory it counts all the same
	}
	key := reflect.TypeFor[K]()
	c.kind, c.layout = mapEntries, boxLayout[K, V]{m}
	switch {
	case isWord(key) && fitsWord(reflect.TypeFor[V]()):
		c.kind, c.layout, c.inline = mapWords, wordLayout[K, V]{m}, true
	case isWord(key):
		c.kind = mapWordKeys
	case key.Kind() == reflect.String:
		c.kind = mapStrings
	}
	c.seed = maphash.MakeSeed()
	c.words = newWordHash(c.seed)
	c.leastLg.Store(o.leastLg())
	t := newMapTable(c.layout, int(o.leastLg()))
	c.table.Store(t)
	atomic.StorePointer(&c.root, t.root)
}

// used reports whether the map has been started.
func (m *Map[K, V]) used() bool { return atomic.LoadPointer(&m.core.root) != nil }

// hash returns the hash of a key of a map that has been started.
func (m *Map[K, V]) hash(key K) uint64 {
	c := &m.core
	switch c.kind {
	case mapWords, mapWordKeys:
		return c.words.of(toWord(key))
	case mapStrings:
		return c.words.ofString(c.seed, toString(key))
	case mapOther:
		return c.layout.(mapHasher[K]).hash(key)
	}
	return hashComparable(c.seed, key)
}

// tops returns the top bits of the tags of a bucket.
func (c *mapCore) tops() uint64 {
	if c.inline {
		return wordTags
	}
	return boxTags
}

// len returns the number of entries.
func (c *mapCore) len() int { return max(0, int(int64(c.count.Sum()))) }

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
