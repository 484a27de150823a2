package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// A Pool keeps values that are not in use, of any type, as a sync.Pool does: it
// has the same methods and the same field, so that changing the import is all.
// Any value stored in it may be removed at any time without notification; if the
// Pool holds the only reference then, it is collected.
//
// It is slower than a sync.Pool: see below. What it is for is code that has to keep
// the methods of one. Who has one type of object should use a FreeList, which is
// faster than either. It is not for values that must be closed.
//
// The zero value is an empty Pool. A Pool must not be copied after first use. It
// uses the default backend.
//
// In the terminology of the Go memory model a Put of a value synchronizes before
// the Get that returns it, and a New before the Get that returns its result.
//
// # How it lets go
//
// What has been in a Pool for a whole cycle of the garbage collector is dropped at
// the end of the next one: a cycle later than from a sync.Pool at most. That is
// done by a cleanup that runs after the cycle, not by the collector, so a value
// that is dropped is freed one cycle later than a sync.Pool's would be.
//
// # Cost
//
// A value has to be where the collector sees it, and what a CPU's own stack holds
// is not seen. So it is put in a small node, and nodes are moved between two
// stacks of each CPU, of empty and of full ones: a Get and a Put take four
// sections, where a FreeList takes two, and where a sync.Pool keeps the goroutine
// on its CPU twice. So a Get and a Put cost more than a sync.Pool's, by half. Where
// there are no sections a Pool is a sync.Pool.
//
// A Get does not look on other CPUs' stacks: it may call New while up to 63 values
// are on each of them.
//
// It costs 32 bytes for each value at the most that were in it at once, about
// 600 bytes, and 1 KiB on each CPU that uses it.
type Pool struct {
	_ noCopy

	// New optionally specifies a function to generate a value when Get would
	// otherwise return nil. It may not be changed concurrently with calls to
	// Get.
	New func() any

	core atomic.Pointer[poolCore]
}

// poolCore is a Pool's memory. It is an object of its own so that there can be
// weak pointers to it.
type poolCore struct {
	full  core          // nodes with a value. It comes first: fullOwner gets its address
	empty FreeList[any] // makes the nodes
	plain *sync.Pool    // if not nil, the values are there and all else is unused
}

// Get takes a value from the Pool, or returns what New does, or nil. Callers
// should not assume any relation between values passed to Put and those returned
// by Get.
func (p *Pool) Get() any {
	c := p.core.Load()
	if c == nil {
		c = p.attach(nil)
	}
	var v any
	if c.plain != nil {
		v = c.plain.Get()
	} else if n := (*any)(c.full.stack.Pop(fullOwner{})); n != nil {
		v = takeValue(n)
		c.empty.core.stack.Push(unsafe.Pointer(n), listOwner[any]{})
	}
	if v == nil && p.New != nil {
		v = p.New()
	}
	return v
}

// Put adds x to the Pool. A nil is not added.
func (p *Pool) Put(x any) {
	c := p.core.Load()
	if c == nil {
		c = p.attach(nil)
	}
	if x == nil {
		return
	}
	if c.plain != nil {
		c.plain.Put(x)
		return
	}
	n := (*any)(c.empty.core.stack.Pop(listOwner[any]{}))
	giveValue(n, x)
	c.full.stack.Push(unsafe.Pointer(n), fullOwner{})
}

// attach gives the Pool its memory when it is first used: on b, or if that is
// nil on the default backend.
func (p *Pool) attach(b backend.Backend) *poolCore {
	c := new(poolCore)
	sections := b != nil
	if b == nil {
		b, sections = defaultWithSections()
	}
	if sections {
		c.empty.core.opts.backend = b
		c.empty.core.attachOnce(newSlab[any], false, false)
		c.full.attachLike(&c.empty.core)
	} else {
		c.plain = new(sync.Pool)
	}
	if !p.core.CompareAndSwap(nil, c) {
		return p.core.Load()
	}
	if c.plain == nil {
		c.watch()
	}
	return c
}

// giveValue puts a value in an empty node.
//
//go:norace
func giveValue(n *any, x any) {
	*n = x
	raceRelease(unsafe.Pointer(n))
}

// takeValue takes the value out of a full node. The race detector is told that
// this comes after giveValue, and nothing about the way back, on which no
// value is handed over.
//
//go:norace
func takeValue(n *any) any {
	raceAcquire(unsafe.Pointer(n))
	x := *n
	*n = nil
	return x
}

// fullOwner is where the leaves go for the stack of full nodes.
type fullOwner struct{}

func (fullOwner) PopSlow(stack unsafe.Pointer) unsafe.Pointer {
	return pointer((*poolCore)(stack).full.getOld())
}

func (fullOwner) PushSlow(stack, x unsafe.Pointer) { (*poolCore)(stack).full.put(uintptr(x)) }
