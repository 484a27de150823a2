package primitives

import (
	"runtime"
	"weak"

	"github.com/percpu-go/percpu/backend"
)

// attachLike gives c stacks of their own for the same objects as l's.
func (c *core) attachLike(l *core) {
	if l.stacks != nil {
		c.attach(l.stacks, backend.StackConfig{Capacity: l.stack.Capacity(), Tag: l.stack.Tag()})
	}
}

// getOld is get for objects that are not made when there are none.
func (c *core) getOld() (addr uintptr) {
	if c.stacks != nil {
		if addr, ok := c.stacks.Pop(&c.stack); ok {
			return addr
		}
	}
	if c.deposit.Load() == 0 {
		return 0 // without a lock: this is every Get of an empty Pool
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	addr = c.withdraw()
	if n := len(c.victims); addr == 0 && n > 0 {
		addr = c.victims[n-1]
		c.victims = c.victims[:n-1]
		c.setDepot(c.depot)
	}
	return addr
}

// age makes victims of all objects there are, and returns those that were victims
// already. Objects of stacks that can't be drained stay young.
func (c *core) age() (dropped []uintptr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stack.Len() > 0 {
		_ = c.drainLocked()
	}
	dropped, c.victims = c.victims, c.depot
	c.setDepot(nil)
	return dropped
}

// watch has the Pool trimmed after the next collection: it leaves something
// behind for that to find.
func (c *poolCore) watch() {
	type remains struct{ _ *remains } // with a pointer, or it may share its memory with what lives on
	runtime.AddCleanup(new(remains), afterCollection, weak.Make(c))
}

// afterCollection trims the Pool if it is still there.
func afterCollection(p weak.Pointer[poolCore]) {
	if c := p.Value(); c != nil {
		c.trim()
		c.watch()
	}
}

// trim drops the values that have been in the Pool since before the collection
// before the last.
func (c *poolCore) trim() {
	for _, addr := range c.full.age() {
		n := (*any)(pointer(addr))
		takeValue(n)
		c.empty.core.put(addr)
	}
}

// defaultWithSections returns the default backend, and whether stacks are worth
// their while on it.
func defaultWithSections() (backend.Backend, bool) {
	b := defaultBackend()
	return b, b.Memory().Geometry().Leaf == backend.LeafRseq && backend.Stackable(b) == nil
}
