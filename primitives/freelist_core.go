package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// core is a FreeList but for the type of its objects.
//
// An object that is not in use is in exactly one place: a slot's stack, the depot
// or fresh. Only operations of the backend touch a stack, except in Drain; all
// else is under mu. A thread that can't use a stack uses the depot.
type core struct {
	stack backend.Stack // first: owners of leaves get its address

	opts     options
	once     sync.Once
	attached atomic.Bool // once is done
	made     func(n int, tag uintptr) (slab any, addrs []uintptr)

	// stacks is the backend whose stacks are in use. It is nil if it has no
	// memory. Written once, by attachOnce.
	stacks backend.Backend

	mu      sync.Mutex
	depot   []uintptr
	fresh   []uintptr // not handed out yet, and New has to be called
	slabs   []any     // keep the objects
	lazy    bool      // there is a New
	objects int       // ever made
	refills uint64
	spills  uint64

	// Of a Pool's full nodes.
	victims []uintptr    // as depot, but they have seen a collection
	deposit atomic.Int64 // len(depot) + len(victims), for those who don't lock
}

// attachOnce gives the list its stacks when it is first used. newSlab makes
// objects.
func (c *core) attachOnce(newSlab func(n int, tag uintptr) (any, []uintptr), hasNew, hasReset bool) {
	c.once.Do(func() {
		b := c.opts.backend
		if b == nil {
			b = defaultBackend()
		}
		if backend.Stackable(b) != nil {
			b = stackable()
		}
		c.mu.Lock() // for len and stats, which may come first
		defer c.mu.Unlock()
		c.made, c.lazy = newSlab, hasNew
		c.attach(b, backend.StackConfig{Capacity: c.opts.perCPUOrDefault(), Tag: backend.NewTag(), PushSlow: hasReset})
	})
}

func (c *core) attach(b backend.Backend, cfg backend.StackConfig) {
	if c.stack.Attach(b, cfg) == nil {
		c.stacks = b
	}
	c.attached.Store(true)
}

// get returns an object, or 0. fresh says that it has not been handed out before.
func (c *core) get() (addr uintptr, fresh bool) {
	if c.stacks != nil {
		if addr, ok := c.stacks.Pop(&c.stack); ok {
			return addr, false
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for drained := false; ; drained = true {
		if addr := c.withdraw(); addr != 0 {
			return addr, false
		}
		if addr := c.takeFresh(); addr != 0 {
			return addr, true
		}
		// All objects there may be are in use, or on other CPUs' stacks.
		if drained || c.stack.Len() == 0 || c.drainLocked() != nil {
			return 0, false
		}
	}
}

// withdraw takes an object from the depot, and moves up to half a stack of
// others to this CPU. It returns 0 if there are none.
func (c *core) withdraw() (addr uintptr) {
	n := len(c.depot) - 1
	if n < 0 {
		return 0
	}
	addr = c.depot[n]
	batch := min(n, c.stack.Capacity()/2)
	if batch > 0 && c.stacks != nil && c.stacks.PushBatch(&c.stack, c.depot[n-batch:n]) {
		n -= batch
	}
	c.refills++
	c.setDepot(c.depot[:n])
	return addr
}

func (c *core) setDepot(d []uintptr) {
	c.depot = d
	c.deposit.Store(int64(len(d) + len(c.victims)))
}

// takeFresh returns an object that was never handed out, making some if need be.
// If there is no New to call, the others that are made go to the depot.
func (c *core) takeFresh() (addr uintptr) {
	if len(c.fresh) == 0 {
		room := c.opts.maxObjectsOrMost() - c.objects
		if room <= 0 || c.made == nil {
			return 0
		}
		slab, addrs := c.made(room, c.stack.Tag())
		c.slabs = append(c.slabs, slab)
		c.objects += len(addrs)
		if !c.lazy {
			c.setDepot(append(c.depot, addrs[1:]...))
			return addrs[0]
		}
		c.fresh = addrs
	}
	last := len(c.fresh) - 1
	addr = c.fresh[last]
	c.fresh = c.fresh[:last]
	return addr
}

// putFresh takes back an object for which New failed.
func (c *core) putFresh(addr uintptr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fresh = append(c.fresh, addr)
}

// put takes an object: on this CPU's stack, or if that is full to the depot, with
// half of the stack.
func (c *core) put(addr uintptr) {
	if c.stacks != nil && c.stacks.Push(&c.stack, addr) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	d := append(c.depot, addr)
	if c.stacks != nil {
		batch := (c.stack.Capacity() + 1) / 2
		for range batch {
			d = append(d, 0)
		}
		room := d[len(d)-batch:]
		n := c.stacks.PopBatch(&c.stack, room)
		d = d[:len(d)-batch+n]
		if n > 0 {
			c.spills++
		}
	}
	c.setDepot(d)
}

// verify panics if x is not an object of this list.
func (c *core) verify(x unsafe.Pointer) {
	if x == nil {
		panic("percpu: FreeList.Put of nil")
	}
	if tag := c.stack.Tag(); tag == 0 || !hasTag(x, tag) {
		panic("percpu: FreeList.Put of an object that is not from this list")
	}
}

func (c *core) drain() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drainLocked()
}

func (c *core) drainLocked() error {
	if c.stacks == nil {
		return nil
	}
	d, err := c.stack.Drain(c.depot)
	c.setDepot(d)
	return err
}

func (c *core) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stack.Len() + len(c.depot)
}

// FreeListStats is what a FreeList has done and what it holds.
type FreeListStats struct {
	Backend string `json:"backend"` // of the stacks; "none" if there are none, "" before the first use
	Hits    uint64 `json:"hits"`    // Gets that this CPU's stack served
	Refills uint64 `json:"refills"` // Gets that the depot served, most of them with more for this CPU's stack
	Spills  uint64 `json:"spills"`  // Puts that found this CPU's stack full, and moved half of it to the depot
	Grows   uint64 `json:"grows"`   // slabs made
	Objects int    `json:"objects"` // made, in use or not
	Stacked int    `json:"stacked"` // on CPUs' stacks
	Depot   int    `json:"depot"`   // in the depot
}

func (c *core) stats() FreeListStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := FreeListStats{
		Hits:    c.stack.Pops(),
		Refills: c.refills,
		Spills:  c.spills,
		Grows:   uint64(len(c.slabs)),
		Objects: c.objects,
		Stacked: c.stack.Len(),
		Depot:   len(c.depot),
	}
	switch {
	case c.stacks != nil:
		s.Backend = c.stacks.Name()
	case c.made != nil:
		s.Backend = "none"
	}
	return s
}
