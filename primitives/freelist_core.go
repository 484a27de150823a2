package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// core is a FreeList but for the type of its objects.
//
// An object that is not in use is in exactly one place: a CPU's stack, the depot
// or fresh. Only operations on stacks touch those; all else is under mu. A thread
// that can't use a stack uses the depot, and so do all while there are no stacks
// yet.
//
// # When get may say that there is none
//
// An object is in use from the moment that a Get takes it out of its place until
// its Put leaves it in one: also while a thread has it in hand between the two, in
// New or Reset, or waits for mu. get returns 0 only after it has found, at one
// moment, nothing in any place:
//
//   - It holds mu throughout. So nothing enters or leaves the depot and fresh,
//     both of which it found empty, and no batch is under way between places,
//     because those move under mu alone. What may still happen is that single
//     objects come to stacks and leave them.
//   - Looking at one stack after the other proves nothing: one object may come to
//     a stack that was looked at while another leaves one that was not. So either
//     cpuStacks.empty knows of a moment at which all stacks were empty; see there.
//   - Or drain closes all stacks. When the last is closed, and before the first is
//     opened again, no stack changes: whoever comes finds it closed and waits for
//     mu. So what drain finds in them was there at one moment.
//
// TestFreeListNeverNil, TestEmptyAtOnce and TestDrainClosesAllShelves pin it.
type core struct {
	sections sections // its stack comes first: slow paths of leaves get its address

	shelves atomic.Pointer[shelves] // if they, not sections, are the stacks
	state   atomic.Uint32           // what of the rest is set
	opts    options

	// What begin sets, before state.
	typed  typed // makes objects
	tag    uintptr
	stacks cpuStacks // once attached
	resets bool      // there is a Reset

	mu      sync.Mutex
	depot   []uintptr
	fresh   []uintptr // not handed out yet, and New has to be called
	slabs   []any     // keep the objects
	lazy    bool      // there is a New
	objects int       // ever made
	refills uint64
	spills  uint64
}

// A core's states.
const (
	listUnused   = iota
	listBegun    // there can be objects, and no stacks
	listAttached // there are stacks
)

// cpuStacks is a stack of objects for each CPU.
type cpuStacks interface {
	name() string // of the backend

	// push pushes an object on this CPU's stack, and reports whether it did.
	push(addr uintptr) bool

	// For all that follow, the caller holds mu.

	pop() (addr uintptr)            // off this CPU's stack, or 0
	pushBatch(addrs []uintptr) bool // all or nothing, on this CPU's stack
	popBatch(into []uintptr) int    // at most len(into), off this CPU's stack

	// empty reports whether all stacks were empty at one moment of the call. A
	// false may mean that it does not know.
	empty() bool

	// drain closes all stacks, appends what is in them to items, opens them
	// again, and returns that.
	drain(items []uintptr) ([]uintptr, error)

	len() int     // exact if nothing comes or leaves
	pops() uint64 // single ones
}

// backendIfReady is where lists get their default backend. Tests replace it.
var backendIfReady = defaultIfReady

// begin makes a list that is used for the first time one that can have objects,
// and gives it its stacks as soon as there is a backend.
//
// What can fail, can panic or takes time comes first, when nothing has been
// changed and mu is not held.
func (c *core) begin(t typed, hasNew, hasReset bool) {
	b, ready := c.opts.backend, true
	if b == nil {
		b, ready = backendIfReady()
	}
	var stacks backend.Stacks
	if ready {
		stacks = backend.Stackable(b)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.Load() == listUnused {
		c.typed, c.lazy, c.resets, c.tag = t, hasNew, hasReset, backend.NewTag()
		c.state.Store(listBegun)
	}
	if ready && c.state.Load() == listBegun {
		c.attach(stacks)
		c.state.Store(listAttached)
	}
}

// attach makes stacks: a backend's, or where there is none with such, or it has no
// memory, shelves.
func (c *core) attach(b backend.Stacks) {
	if b != nil {
		cfg := backend.StackConfig{Capacity: c.opts.perCPUOrDefault(), Tag: c.tag, PushSlow: c.resets}
		if c.sections.attach(b, cfg) == nil {
			c.stacks = &c.sections
			return
		}
	}
	s := newShelves(shelvesBackend(), c.opts.perCPUOrDefault(), c.tag)
	c.stacks = s
	c.shelves.Store(s)
}

// popSlow is Get where no section was done, of the list that begins at stack, whose
// typed is o. It begins with what is the common case where there are none.
func popSlow(stack unsafe.Pointer, o any) unsafe.Pointer {
	c := (*core)(stack)
	if s := c.shelves.Load(); s != nil {
		h := &s.one
		if v := s.several.Load(); v != nil {
			h = v.slot().Load()
		}
		if h != nil {
			if addr := h.takeFirst(); addr != 0 {
				return pointer(addr)
			}
			if !s.crowded() {
				if addr := h.take(); addr != 0 {
					return pointer(addr)
				}
			}
		}
	}
	return o.(typed).get(c)
}

// pushSlow is Put where no section was done, as popSlow is Get.
func pushSlow(stack, x unsafe.Pointer, o any) {
	c := (*core)(stack)
	if s := c.shelves.Load(); s != nil && !c.resets && hasTag(x, s.tag) {
		h := &s.one
		if v := s.several.Load(); v != nil {
			h = v.slot().Load()
		}
		if h != nil && (h.giveFirst(uintptr(x)) || !s.crowded() && h.give(uintptr(x))) {
			return
		}
	}
	o.(typed).put(c, x)
}

// get returns an object, or 0. fresh says that it has not been handed out before.
func (c *core) get() (addr uintptr, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.split()
	for drained := false; ; drained = true {
		if addr := c.withdraw(); addr != 0 {
			return addr, false
		}
		if c.stacks != nil {
			// A thread's first Get comes here though its stack is not empty.
			if addr := c.stacks.pop(); addr != 0 {
				return addr, false
			}
		}
		if addr := c.takeFresh(); addr != 0 {
			return addr, true
		}
		// All objects there may be are in use, or on other CPUs' stacks.
		if drained || c.stacks == nil || c.stacks.empty() || c.drainLocked() != nil || len(c.depot) == 0 {
			return 0, false
		}
	}
}

// split makes several shelves of one if that is crowded.
func (c *core) split() {
	if s := c.shelves.Load(); s != nil {
		c.depot = s.split(c.depot)
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
	batch := min(n, c.opts.perCPUOrDefault()/2)
	if batch > 0 && c.stacks != nil && c.stacks.pushBatch(c.depot[n-batch:n]) {
		n -= batch
	}
	c.refills++
	c.depot = c.depot[:n]
	return addr
}

// takeFresh returns an object that was never handed out, making some if need be.
// If there is no New to call, the others that are made go to the depot.
func (c *core) takeFresh() (addr uintptr) {
	if len(c.fresh) == 0 {
		room := c.opts.maxObjectsOrMost() - c.objects
		if room <= 0 {
			return 0
		}
		slab, addrs := c.typed.slab(room, c.tag)
		c.slabs = append(c.slabs, slab)
		c.objects += len(addrs)
		if !c.lazy {
			c.depot = append(c.depot, addrs[1:]...)
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
	if c.state.Load() == listAttached && c.stacks.push(addr) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.split()
	d := append(c.depot, addr)
	if c.stacks != nil {
		batch := (c.opts.perCPUOrDefault() + 1) / 2
		for range batch {
			d = append(d, 0)
		}
		room := d[len(d)-batch:]
		n := c.stacks.popBatch(room)
		d = d[:len(d)-batch+n]
		if n > 0 {
			c.spills++
		}
	}
	c.depot = d
}

// verify panics if x is not an object of this list.
func (c *core) verify(x unsafe.Pointer) {
	if x == nil {
		panic("percpu: FreeList.Put of nil")
	}
	// Who got x from a section has not looked at state, and has to.
	if c.state.Load() == listUnused || !hasTag(x, c.tag) {
		panic("percpu: FreeList.Put of an object that is not from this list")
	}
}

func (c *core) drain() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drainLocked()
}

func (c *core) drainLocked() (err error) {
	if c.stacks != nil {
		c.depot, err = c.stacks.drain(c.depot)
	}
	return err
}
