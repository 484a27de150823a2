package primitives

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// tryLock locks the chain of root b and returns b's meta as it is without the
// lock. It fails if that is held, or if the chain has moved: meta says which.
func (b *mapBucket) tryLock() (meta uint64, ok bool) {
	meta = atomic.LoadUint64(&b.meta)
	return meta, meta < metaMoved && atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked)
}

// lock locks the chain of root b and returns b's meta as it is without the lock;
// or reports that all of it has moved, then without a lock.
func (c *mapCore) lock(b *mapBucket) (meta uint64, moved bool) {
	if meta, ok := b.tryLock(); ok {
		return meta, false
	}
	return c.lockSlow(b)
}

// unlock releases the chain of root b, whose meta was held when it was locked and
// becomes the given one.
func (c *mapCore) unlock(b *mapBucket, held, meta uint64) {
	if !atomic.CompareAndSwapUint64(&b.meta, held|metaLocked, meta) {
		c.unlockSlow(b, meta)
	}
}

// spins is how often a lock is looked at before its holder is taken to be off its
// CPU, or in a long Compute.
const spins = 100

func (c *mapCore) lockSlow(b *mapBucket) (meta uint64, moved bool) {
	for i := range spins {
		meta = atomic.LoadUint64(&b.meta)
		if meta&metaMoved != 0 {
			return meta, true
		}
		if meta&metaLocked == 0 && atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
			return meta &^ metaWaiters, false
		}
		if i == spins/2 {
			runtime.Gosched()
		}
	}
	w := newWaiter()
	defer w.free()
	for {
		c.waiting.lock()
		meta = atomic.LoadUint64(&b.meta)
		switch {
		case meta&metaMoved != 0:
			c.waiting.unlock()
			return meta, true
		case meta&metaLocked == 0:
			locked := atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked)
			c.waiting.unlock()
			if locked {
				return meta &^ metaWaiters, false
			}
		case !atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaWaiters):
			c.waiting.unlock()
		default:
			c.waiting.add(w, unsafe.Pointer(b))
			c.waiting.unlock()
			if w.park() { // the lock has been handed over, with the meta that is there
				return atomic.LoadUint64(&b.meta) &^ (metaLocked | metaWaiters), false
			}
		}
	}
}

// unlockSlow is unlock where somebody waits.
func (c *mapCore) unlockSlow(b *mapBucket, meta uint64) {
	c.waiting.lock()
	w, more := c.waiting.take(unsafe.Pointer(b))
	if meta&metaMoved != 0 { // they all go elsewhere
		atomic.StoreUint64(&b.meta, meta)
		for ; w != nil; w, _ = c.waiting.take(unsafe.Pointer(b)) {
			w.wake(false)
		}
		c.waiting.unlock()
		return
	}
	hand := w != nil && w.starving()
	if more {
		meta |= metaWaiters
	}
	if hand {
		meta |= metaLocked
	}
	atomic.StoreUint64(&b.meta, meta)
	c.waiting.unlock()
	if w != nil {
		w.wake(hand)
	}
	if hand {
		runtime.Gosched() // or it might have to wait for this goroutine's time slice to end
	}
}

// contention widens tables that are small for how many goroutines want locks of
// them; it reports whether the size is to be looked at.
func (c *mapCore) contention(t *mapTable) bool {
	if c.waits.Add(1)%contentionStep != 0 || t.move.Load() != nil {
		return false
	}
	least := int32(t.lg + 1)
	if n := 1 << t.lg; n >= 4*runtime.GOMAXPROCS(0) || n >= 4*c.len() || least <= c.leastLg.Load() {
		return false
	}
	c.leastLg.Store(least)
	return true
}

const contentionStep = 16
