package primitives

import (
	"hash/maphash"
	"math/bits"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// mapCore is the part of a Map that doesn't depend on the types of keys and
// values.
type mapCore struct {
	// What Load needs of maps of words, in a line.
	roots unsafe.Pointer // to a root pointer for each shard; nil for other maps; atomic
	mask  uint64         // of a hash, to get the shard
	words wordHash

	kind     atomic.Uint32  // a mapKind; written after what is below
	anyRoots unsafe.Pointer // as roots, of all maps

	seed   maphash.Seed
	shards []mapShard
	minLg  int // of tables
	layout mapLayout

	inline bool // entries are words in buckets
	init   sync.Mutex
}

// mapKind says how keys are hashed and entries kept.
type mapKind = uint32

const (
	mapUnused   mapKind = iota // no call has stored anything yet
	mapWords                   // words in buckets
	mapWordKeys                // pointers to entries, keys of a word
	mapStrings                 // pointers to entries, keys of a string type
	mapEntries                 // pointers to entries
	mapHooked                  // as layout says, hashed by a test
)

// mapLayout is one of the two ways to keep entries, where its cost doesn't
// matter.
type mapLayout interface {
	alloc(n int) unsafe.Pointer

	// moveChain copies the entries of a locked chain to another table of the
	// shard, countChain counts them.
	moveChain(s *mapShard, old, to *mapTable, b *mapBucket)
	countChain(s *mapShard, t *mapTable, b *mapBucket) int
}

// setup makes shards and returns the roots. The caller has locked c.init and
// sets c.kind next.
func (c *mapCore) setup(o options) (roots []unsafe.Pointer) {
	shards := o.shards
	if shards == 0 {
		shards = max(8, 4*runtime.GOMAXPROCS(0))
	}
	shards = 1 << bits.Len(uint(min(max(shards, 1), maxShards)-1))
	c.mask = uint64(shards - 1)
	c.seed = maphash.MakeSeed()
	c.words = newWordHash()
	for 5<<c.minLg/4*shards < o.size && c.minLg < 40 {
		c.minLg++
	}
	roots = make([]unsafe.Pointer, shards)
	c.shards = make([]mapShard, shards)
	for i := range c.shards {
		s := &c.shards[i]
		s.root = &roots[i]
		s.unlocked.L = &s.park
		if o.backend != nil {
			_ = s.count.Attach(o.backend) // without memory it counts all the same
		}
	}
	return roots
}

const maxShards = 1 << 16

// size returns the number of entries.
func (c *mapCore) size() int {
	var n uint64
	for i := range c.shards {
		n += c.shards[i].count.Sum()
	}
	return max(0, int(int64(n)))
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
