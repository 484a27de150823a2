package primitives

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// mapVerb is what modify is to do.
type mapVerb int

const (
	verbStore mapVerb = iota
	verbLoadOrStore
	verbDelete
	verbCompareAndSwap
	verbCompareAndDelete
	verbCompute
)

// modify does what verb says to a key. It returns the previous value, whether
// there was one, and whether anything was done; of a verbCompute what Compute
// returns.
//
// All that can panic, hashing, comparing, fn and finding a backend, does so before
// anything has changed.
func (m *Map[K, V]) modify(verb mapVerb, key K, old, new V, fn func(V, bool) (V, MapAction)) (previous V, loaded, done bool) {
	if !m.used() {
		m.start(options{})
	}
	m.core.check()
	h := m.hash(key)
	if verb == verbCompute {
		m.core.makeRoom()
	}
	l := m.core.hold(h)
	defer l.release()
	if m.core.kind == mapWords {
		var w uint64
		w, loaded = l.findWord(h, toWord(key))
		previous = fromWord[V](w)
	} else if e := findHeld[K, V](&l, h, key); e != nil {
		previous, loaded = e.value, true
	}

	action := MapKeep
	switch verb {
	case verbStore:
		action = MapStore
	case verbLoadOrStore:
		if !loaded {
			action = MapStore
		}
	case verbDelete:
		action = MapDelete
	case verbCompareAndSwap:
		if loaded && any(previous) == any(old) {
			action = MapStore
		}
	case verbCompareAndDelete:
		if loaded && any(previous) == any(old) {
			action = MapDelete
		}
	case verbCompute:
		m.core.enter()
		defer m.core.leave()
		new, action = fn(previous, loaded)
	}

	present := loaded
	switch action {
	case MapStore:
		present = true
		if m.core.kind == mapWords {
			l.putWord(h, toWord(key), toWord(new))
		} else {
			l.putEntry(h, unsafe.Pointer(newEntry(h, key, new)))
		}
	case MapDelete:
		present = false
		if loaded {
			l.remove(h)
		}
	case MapKeep:
	default:
		panic(fmt.Sprintf("percpu: Map.Compute: its function returned MapAction(%d)", action))
	}
	if verb == verbCompute {
		if action == MapStore {
			previous = new
		}
		return previous, present, true
	}
	return previous, loaded, action != MapKeep
}

// mapHold is a locked chain, and a place in it: where a key is, or where it can
// be put.
type mapHold struct {
	chain
	c    *mapCore
	fine int    // the greatest lg of the tables on the way to the chain
	held uint64 // meta of the root when it was locked
	meta uint64 // of the root, to be published by release

	at    *mapBucket // where the key is, or a slot is free; nil if there is none
	slot  int
	delta int64 // entries added, less those removed
	look  bool  // whether to look at the table's size
}

// hold locks the chain that is responsible for a hash, of a map that has a table.
func (c *mapCore) hold(h uint64) mapHold { return c.holdFrom(c.table.Load(), h) }

// holdFrom is hold in t and the tables behind it.
func (c *mapCore) holdFrom(t *mapTable, h uint64) mapHold {
	fine := t.lg
	for {
		b := rootBucket(t.root, h)
		meta, ok := b.tryLock()
		look := false
		if !ok {
			var moved bool
			if meta, moved = c.lockSlow(b); moved {
				t = t.move.Load().to
				fine = max(fine, t.lg)
				continue
			}
			look = c.contention(t)
		}
		return mapHold{chain: chain{t, b}, c: c, fine: fine, held: meta, meta: meta, look: look}
	}
}

// makeRoom widens a table that is so small that a Compute of one key would hold up
// many others.
func (c *mapCore) makeRoom() {
	if least := c.leastLg.Load(); least < computeLg && c.leastLg.CompareAndSwap(least, computeLg) {
		c.resize()
		c.help()
	}
}

const computeLg = 4

// metaOf returns the meta of a bucket of the chain.
func (l *mapHold) metaOf(b *mapBucket) uint64 {
	if b == l.root {
		return l.meta
	}
	return atomic.LoadUint64(&b.meta)
}

// setMeta makes a bucket's meta so: at once, or on release if it is the first.
func (l *mapHold) setMeta(b *mapBucket, meta uint64) {
	if b == l.root {
		l.meta = meta
	} else {
		atomic.StoreUint64(&b.meta, meta)
	}
}

// room goes to a free slot, and if need be to one in a bucket that is not yet part
// of the chain. It returns what publish needs to make it that.
func (l *mapHold) room() (last *mapBucket, link uint64) {
	l.delta++
	tops := l.c.tops()
	for b := l.root; b != nil; b = l.t.after(b) {
		if empty := ^l.metaOf(b) & tops; empty != 0 {
			l.at, l.slot = b, slotOf(empty)
			return nil, 0
		}
		last = b
	}
	link, look := l.c.spend(l.t)
	l.look = l.look || look
	l.at, l.slot = l.t.bucket(link), 0
	return last, link
}

// publish makes the slot that has been filled visible: on release, or at once.
// meta is that of its bucket then.
func (l *mapHold) publish(meta uint64, last *mapBucket, link uint64) {
	l.setMeta(l.at, meta)
	if last != nil {
		atomic.StoreUint64(&last.next, link)
	}
}

// remove makes the slot empty.
func (l *mapHold) remove(h uint64) {
	l.setMeta(l.at, withTag(l.metaOf(l.at), l.slot, 0))
	if l.c.kind != mapWords {
		atomic.StorePointer(l.at.entry(l.slot), unsafe.Pointer(nil))
	}
	l.delta--
	l.look = l.look || mayShrink(h) && l.t.lg >= 2
}

// mayShrink reports whether to look at the table's size when a key of that hash
// is removed. An eighth of all keys is enough to see a table become empty.
func mayShrink(h uint64) bool { return h>>7%8 == 0 }

// release publishes what has been done, and unlocks the chain.
func (l *mapHold) release() {
	l.c.unlock(l.root, l.held, l.meta)
	if l.delta != 0 {
		l.c.count.Add(l.delta)
	}
	if l.look {
		l.c.resize()
	}
	if l.c.table.Load().move.Load() != nil {
		l.c.help()
	}
}

// computing are the goroutines that are in a function that a map has called with a
// lock held, of type computation. They would wait for themselves if they wrote to the
// map. It is empty where invariants is false.
var computing sync.Map

type computation struct {
	c         *mapCore
	goroutine string
}

func (c *mapCore) enter() {
	if invariants {
		computing.Store(computation{c, goroutine()}, true)
		c.computing.Add(1)
	}
}

func (c *mapCore) leave() {
	if invariants {
		computing.Delete(computation{c, goroutine()})
		c.computing.Add(-1)
	}
}

// check panics if the calling goroutine is in such a function.
func (c *mapCore) check() {
	if invariants && c.computing.Load() != 0 {
		if _, ok := computing.Load(computation{c, goroutine()}); ok {
			panic("percpu: Map: the function of a Compute uses its map, and would wait for itself")
		}
	}
}

// goroutine returns what tells the calling goroutine from others.
func goroutine() string {
	var buf [64]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	id, _, _ := bytes.Cut(text, []byte(" "))
	return string(id)
}
