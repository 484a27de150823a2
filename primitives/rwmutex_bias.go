package primitives

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// bias decides when the guard of an RWMutex is open, and readers add to their own
// CPU's slot. Closing it costs a writer a fence. So a guard that was closed stays
// closed for some multiple of what that took (BRAVO, Dice and Kogan 2019), the
// longer the shorter it had been open.
type bias struct {
	reads  atomic.Uint32 // RLocks before there is a cell
	factor atomic.Uint32 // binary logarithm of the multiple, less minFactor
	opened atomic.Int64  // when the guard was, by clock
}

const (
	biasAfter = 64 // RLocks
	minFactor = 3  // at 8 times the cost, closing takes a ninth of a writer's time
	maxFactor = 13

	// minCost is more than a fence takes that interrupts nobody; opening the
	// guard again takes a timer and a goroutine.
	minCost = 20_000 // ns
)

// The guard's values: 0, or the time when it was closed, twice, plus 1 when no
// addition to the cell is under way any more.

func closing(since int64) uint64 { return uint64(since) << 1 }
func settled(guard uint64) bool  { return guard&1 != 0 }

// closedForEver is for locks that will never have a cell.
const closedForEver = 1

// clock is the time in nanoseconds; positive, and never the same for two
// closings, which take longer than its resolution.
func clock() int64 { return int64(time.Since(epoch)) }

var epoch = time.Now().Add(-time.Second)

// read counts an RLock, and begins when there have been enough.
func (b *bias) read(rw *RWMutex) {
	raceDisable() // see hiddenAdd
	reads := b.reads.Add(1)
	raceEnable()
	if reads != biasAfter {
		return
	}
	go func() { // the first fence of a process takes a while
		if rw.w.TryLock() {
			rw.begin(defaultBackend())
			rw.w.Unlock()
		} else {
			b.reads.Store(0)
		}
	}()
}

// begin gives the lock a cell in b's memory, and so opens the guard, if b has
// what it takes, and closes it for ever if not. Only with w locked, or before
// anyone else knows rw.
func (rw *RWMutex) begin(b backend.Backend) {
	if rw.hasCell() || rw.readers.Guard().Load() != 0 {
		return
	}
	if !canGuard(b) || rw.readers.Cell().Attach(b) != nil {
		rw.readers.Guard().Store(closedForEver)
	}
	rw.bias.opened.Store(clock())
}

// open reports whether readers may add to the cell. Only with w locked.
func (rw *RWMutex) open() bool { return rw.readers.Guard().Load() == 0 && rw.hasCell() }

// closeGuard closes the open guard and returns how many read locks the cell
// counted, which the shared word counts from then on. Only with w locked.
func (rw *RWMutex) closeGuard() (readers int64) {
	cell, guard := rw.readers.Cell(), rw.readers.Guard()
	since := clock()
	guard.Store(closing(since))
	if err := cell.Backend().Fence(backend.AllSlots); err != nil {
		// It has worked before: see canGuard.
		panic(fmt.Sprintf("percpu: RWMutex: %v", err))
	}
	readers = int64(cell.Take())
	rw.readers.Shared().Add(readers)
	guard.Store(closing(since) | 1)

	until := rw.bias.inhibit(since, clock()-since)
	time.AfterFunc(until, func() { rw.reopen(until) })
	return readers
}

// inhibit returns for how long the guard stays closed that was closed at since,
// which took cost.
func (b *bias) inhibit(since, cost int64) time.Duration {
	cost = max(cost, minCost)
	factor := b.factor.Load()
	if since-b.opened.Load() < cost<<(minFactor+factor) {
		factor = min(factor+1, maxFactor-minFactor)
	} else {
		factor = 0
	}
	b.factor.Store(factor)
	return time.Duration(cost << (minFactor + factor))
}

// reopen opens the guard again, unless a writer is there: then it waits as long
// again.
func (rw *RWMutex) reopen(after time.Duration) {
	if !rw.w.TryLock() {
		time.AfterFunc(after, func() { rw.reopen(after) })
		return
	}
	rw.bias.opened.Store(clock())
	rw.readers.Guard().Store(0)
	rw.w.Unlock()
}

// guarding remembers which backends a RWMutex can be biased on: those that add
// under a guard and can fence. It tries the fence: where membarrier(2) is
// forbidden the guard could not be closed.
var guarding struct {
	mu    sync.Mutex
	known map[backend.Backend]bool
}

func canGuard(b backend.Backend) bool {
	if b.Memory().Geometry().Leaf != backend.LeafRseq {
		return false
	}
	guarding.mu.Lock()
	defer guarding.mu.Unlock()
	can, ok := guarding.known[b]
	if !ok {
		can = b.Fence(backend.AllSlots) == nil
		if guarding.known == nil {
			guarding.known = make(map[backend.Backend]bool)
		}
		guarding.known[b] = can
	}
	return can
}
