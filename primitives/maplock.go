package primitives

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
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

// mapParking is where goroutines wait for chains: each on a mutex of its own, so
// that to package testing/synctest it is what waiting for a mutex is.
type mapParking struct {
	mu    sync.Mutex
	first map[*mapBucket]*mapWaiter // who waits for each chain
}

type mapWaiter struct {
	parked sync.Mutex // locked until it is this goroutine's turn
	since  time.Time
	passed int        // how often the lock was released meanwhile
	given  bool       // the lock has been handed over, with meta
	meta   uint64     //
	next   *mapWaiter // in the queue
	last   *mapWaiter // of the queue, of its first
}

const (
	// spins is how often a lock is looked at before its holder is taken to be
	// off its CPU, or in a long Compute.
	spins = 100

	// A lock is handed over to who has waited for so long, or in vain so often:
	// time may stand still in a bubble of testing/synctest. Handing over costs
	// others the time until the waiter runs, so it is not the rule.
	patience = 200 * time.Microsecond
	letPass  = 1000
)

func (w *mapWaiter) impatient() bool {
	w.passed++
	return w.passed > letPass || time.Since(w.since) > patience
}

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
	w := &mapWaiter{since: time.Now()}
	w.parked.Lock()
	for {
		c.parking.mu.Lock()
		for {
			meta = atomic.LoadUint64(&b.meta)
			if meta&metaMoved != 0 {
				c.parking.mu.Unlock()
				return meta, true
			}
			if meta&metaLocked == 0 {
				if atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaLocked) {
					c.parking.mu.Unlock()
					return meta &^ metaWaiters, false
				}
				continue
			}
			if atomic.CompareAndSwapUint64(&b.meta, meta, meta|metaWaiters) {
				break
			}
		}
		c.parking.add(b, w)
		c.parking.mu.Unlock()
		w.parked.Lock() // until unlockSlow unlocks it
		if w.given {
			return w.meta, false
		}
	}
}

// add puts w at the end of the queue, or at its head if it has been there
// before. The caller holds mu.
func (p *mapParking) add(b *mapBucket, w *mapWaiter) {
	if p.first == nil {
		p.first = make(map[*mapBucket]*mapWaiter)
	}
	first := p.first[b]
	switch {
	case first == nil:
		w.last = w
		p.first[b] = w
	case w.passed > 0:
		w.next, w.last = first, first.last
		p.first[b] = w
	default:
		first.last.next = w
		first.last = w
	}
}

// take takes the first waiter out of the queue, if there is one, and reports
// whether there are more. The caller holds mu.
func (p *mapParking) take(b *mapBucket) (w *mapWaiter, more bool) {
	w = p.first[b]
	if w == nil {
		return nil, false
	}
	next := w.next
	w.next = nil
	if next == nil {
		delete(p.first, b)
		if len(p.first) == 0 {
			p.first = nil // a map keeps its memory
		}
		return w, false
	}
	next.last = w.last
	p.first[b] = next
	return w, true
}

// unlockSlow is unlock where somebody waits.
func (c *mapCore) unlockSlow(b *mapBucket, meta uint64) {
	p := &c.parking
	p.mu.Lock()
	w, more := p.take(b)
	rest := meta
	if more {
		rest |= metaWaiters
	}
	switch {
	case meta&metaMoved != 0: // they all go elsewhere
		atomic.StoreUint64(&b.meta, meta)
		for ; w != nil; w, _ = p.take(b) {
			w.parked.Unlock()
		}
		p.mu.Unlock()
	case w != nil && w.impatient():
		w.given, w.meta = true, meta
		atomic.StoreUint64(&b.meta, rest|metaLocked)
		p.mu.Unlock()
		w.parked.Unlock()
		runtime.Gosched() // or it might have to wait for this goroutine's time slice to end
	default:
		atomic.StoreUint64(&b.meta, rest)
		p.mu.Unlock()
		if w != nil {
			w.parked.Unlock()
		}
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
