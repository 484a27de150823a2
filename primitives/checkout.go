package primitives

import "unsafe"

// A Checkout has parts that are taken by one holder at a time: caches, buffers,
// encoders, random generators, whatever is too dear to be made each time and needs no
// lock as long as nobody else has it. Get returns the part that was last put on this
// CPU, which is in its cache, and makes one if there is none.
//
// It is a [FreeList] for things that are kept for what is in them: Each visits the
// parts, two parts never share a cache line, and a part is not reset. There are as many
// as were taken at once, roughly one for each CPU if nobody keeps them. It is not for
// a value that all users must see the same: each part goes its own way.
//
// The zero value is ready, on the default backend. A Checkout must not be copied after
// first use. Parts are never given up to the collector as long as the Checkout is
// reachable.
//
// In the terminology of the Go memory model a Put of a part synchronizes before the Get
// that returns it and before the call of Each's function for it. Nothing else is
// ordered.
//
// Put panics if its argument is nil or no part of this Checkout. A part that is put
// twice has two holders; under the race detector and with tag percpuinvariants the
// second Put panics.
//
// A Checkout costs about 370 bytes, and on each CPU that uses it 512; a part the size of
// a T and 136 bytes that keep others away, in slabs of about 16 KiB, in which there are
// several unless a T is large.
type Checkout[T any] struct {
	list FreeList[checkoutPart[T]]

	// New, if it is not nil, is called with each part once, before Get returns it for
	// the first time. Until then a part is zero. It must be set before the Checkout is
	// used. If it panics or calls runtime.Goexit, it is called again for that part.
	New func(*T)
}

// checkoutPart is an object of the list: of which its address is the part's.
type checkoutPart[T any] struct {
	v    T
	made bool // New was called
	_    [128]byte
}

// NewCheckout returns a Checkout without parts.
func NewCheckout[T any](opts ...Option) *Checkout[T] {
	c := new(Checkout[T])
	c.list.core.opts = collect(opts)
	return c
}

// Get takes a part, which nobody else has until it is Put back.
func (c *Checkout[T]) Get() *T {
	p := c.list.Get()
	if !p.made {
		c.make(p)
	}
	return &p.v
}

// Put gives a part back. The caller must not use it afterwards.
func (c *Checkout[T]) Put(part *T) {
	if raceEnabled { // whose builds check that what is pointed to is as large as it says
		c.list.core.verify(unsafe.Pointer(part))
	}
	c.list.Put((*checkoutPart[T])(unsafe.Pointer(part)))
}

// make calls New, and puts the part back as it was if that fails.
func (c *Checkout[T]) make(p *checkoutPart[T]) {
	defer func() {
		if !p.made {
			c.list.Put(p)
		}
	}()
	if c.New != nil {
		c.New(&p.v)
	}
	p.made = true
}

// Each calls f for each part that nobody has, one after the other, and has it
// meanwhile: to add up what is in them, or to empty them. Those that somebody has had
// since Each was called may be left out. If f panics, the part is put back all the same.
//
// It costs what FreeList.Drain does. An error says, as there, that there could be no
// fence; then no part was visited.
func (c *Checkout[T]) Each(f func(*T)) error {
	if err := c.list.Drain(); err != nil {
		return err
	}
	next, visited := 0, make(map[uintptr]bool)
	for {
		addr, ok := c.list.core.takeIdle(&next, visited)
		if !ok {
			return nil
		}
		visited[addr] = true
		c.visit(f, next, addr)
	}
}

func (c *Checkout[T]) visit(f func(*T), i int, addr uintptr) {
	p := (*checkoutPart[T])(pointer(addr))
	raceAcquire(unsafe.Pointer(p))
	defer func() {
		raceRelease(unsafe.Pointer(p))
		c.list.core.putIdle(i, addr)
	}()
	if p.made {
		f(&p.v)
	}
}

// Who visits takes an object of the depot, at whose end others take and put, and puts it
// back to where it was: the last one takes its place meanwhile, so that the many others
// need not be moved. Several who visit may so exchange what they have not seen yet;
// therefore the end is the end only if there is nothing new from the beginning.

// takeIdle takes the first object of the depot from the i'th on, and then from the
// beginning, that was not visited, and makes i its place.
func (c *core) takeIdle(i *int, visited map[uintptr]bool) (addr uintptr, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range 2 {
		for ; *i < len(c.depot); *i++ {
			if addr = c.depot[*i]; !visited[addr] {
				last := len(c.depot) - 1
				c.depot[*i] = c.depot[last]
				c.depot = c.depot[:last]
				return addr, true
			}
		}
		*i = 0
	}
	return 0, false
}

// putIdle puts an object back to where it was, and what is there at the end.
func (c *core) putIdle(i int, addr uintptr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.depot = append(c.depot, addr)
	if last := len(c.depot) - 1; i < last {
		c.depot[i], c.depot[last] = addr, c.depot[i]
	}
}
