package primitives

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// When readers count in their CPUs' slots, and when they don't any more.
//
// A lock begins without a cell, and everyone counts in the shared word. Readers
// that meet there, goroutines one of which finds the other's read lock in the word,
// count that. When they have met often enough, one of them gives the lock a cell,
// and opens the guard. A writer closes it, at the cost of a fence, and forgets the
// meetings, so the guard opens again when readers have met as often without a
// writer. That much sharing costs them several times a fence, hence:
//
//   - a writer that comes just after the guard was opened, as if to spite us, has
//     wasted a fraction of what sharing has cost by then;
//   - where writers are frequent the guard stays closed, and nobody pays a fence;
//   - whoever never meets anyone never has a cell, and shares at no cost.
//
// Only calls of the lock's methods move it from one state to another: no time, no
// goroutine, nothing that a held lock could wait for, or that would keep it from
// the collector.

// Of about turnAfter × oneMeetingIn meetings one is counted in oneMeetingIn, and
// turnAfter turn the lock.
const (
	turnAfter    = 64
	oneMeetingIn = 16
)

// The guard's values: zero, or twice the number of the closing, plus 1 when no
// addition to the cell is under way and none will come. A value is never used
// again, but for the last two.
const (
	neverOpened   = 1         // there is no cell yet, or it is not used yet
	closedForEver = 1<<64 - 1 // there will be no cell
	unclaimed     = 1<<64 - 3 // nor does a writer claim the shared word as long as this stands here
)

func closing(number uint32) uint64 { return uint64(number) << 1 }
func settled(guard uint64) bool    { return guard&1 != 0 }

func (rw *RWMutex) hasCell() bool { return rw.readers.Cell().Backend() != nil }

// isOpen reports whether readers may add to the cell. Only with w locked.
func (rw *RWMutex) isOpen() bool { return rw.readers.Guard().Load() == 0 && rw.hasCell() }

// hiddenGuard returns what a guard holds. To the race detector that orders nothing: or
// one reader would be ordered after another.
func hiddenGuard(g *backend.GuardedCell) uint64 {
	raceDisable()
	guard := g.Guard().Load()
	raceEnable()
	return guard
}

// met counts that a reader has found another's read lock in the shared word, and
// reports whether this was often enough. If it is the goroutine that was last to
// meet another it does not count: it may have met itself, or one that is asleep.
func (rw *RWMutex) met() bool {
	if guard := hiddenGuard(&rw.readers); guard == unclaimed || guard == 0 && rw.hasCell() {
		return false
	}
	if rand.Uint32()%oneMeetingIn != 0 {
		return false // to look at meetings costs as much as to meet
	}
	raceDisable()
	defer raceEnable()
	// Stacks are far from each other, so an address on this one will do for the
	// goroutine's name.
	var here byte
	name := uint64(uintptr(unsafe.Pointer(&here))>>stackShift) << 32
	last := rw.meetings.Load()
	if last>>32<<32 == name {
		return false
	}
	n := last<<32>>32 + 1
	if n >= turnAfter {
		return rw.meetings.CompareAndSwap(last, 0)
	}
	rw.meetings.CompareAndSwap(last, name|n)
	return false
}

// stackShift makes one name of the addresses of several calls on one stack.
const stackShift = 11

// forget makes readers meet again as often before they turn to slots.
func (rw *RWMutex) forget() {
	raceDisable() // meetings order nothing
	if rw.meetings.Load() != 0 {
		rw.meetings.Store(0)
	}
	raceEnable()
}

// attach gives the lock a cell, behind a closed guard, if there is a backend yet
// that has what it takes, and sees to it that nobody tries again if there never
// will be. The caller holds nothing: selecting a backend may panic, memory and a
// fence may take their time, and writers need not wait for that.
func (rw *RWMutex) attach() {
	b, ok := rw.wanted()
	if !ok {
		return
	}
	can, known := canGuard(b)
	if !known {
		return
	}
	// From here on the guard is closed, which nobody notices as long as there is
	// no cell: see RLock. The fence keeps a reader from seeing the cell, but the
	// guard as it was before: after it no section is under way that has loaded
	// zero.
	if rw.beginAttach() && (!can || fenceAll(b) != nil || rw.readers.AttachHidden(b) != nil) {
		rw.readers.Guard().Store(closedForEver)
	}
}

// beginAttach closes the guard, before there is a cell, for the one who makes that. The
// guard is zero also when others have attached the cell and opened it meanwhile, and
// count there: that must not be closed here, where nobody sums it.
func (rw *RWMutex) beginAttach() (first bool) {
	raceDisable() // or one reader would be ordered after another
	defer raceEnable()
	if !rw.w.TryLock() {
		return false // a writer, or someone else who opens or attaches
	}
	defer rw.w.Unlock()
	return !rw.hasCell() && rw.readers.Guard().CompareAndSwap(0, neverOpened)
}

// wanted returns the backend that the lock was made with, or else the default one,
// if it has been selected yet.
func (rw *RWMutex) wanted() (backend.Backend, bool) {
	if aside := rw.aside.Load(); aside != nil && aside.want != nil {
		return aside.want, true
	}
	return defaultIfReady()
}

// open opens the guard, if there is a cell behind it; or if there will be none, makes it
// say that no writer has claimed the shared word. The caller counts as a
// reader in that: so a TryLock that fails because w is locked here fails
// because of a reader. It costs a writer nothing to speak of.
func (rw *RWMutex) open() {
	raceDisable() // or one reader would be ordered after another
	defer raceEnable()
	never := rw.readers.Guard().Load() == closedForEver
	if !never && !rw.hasCell() || !rw.w.TryLock() { // a writer is there, or someone else opens
		return
	}
	defer rw.w.Unlock()
	if never {
		rw.readers.Guard().Store(unclaimed)
	} else {
		rw.readers.Show()
		rw.readers.Guard().Store(0)
	}
}

// close undoes open, for a writer who is about to claim the shared word. Only with w
// locked, which it unlocks if it panics.
func (rw *RWMutex) close() {
	switch guard := rw.readers.Guard(); guard.Load() {
	case 0:
		if rw.hasCell() {
			rw.closeGuard()
		}
	case unclaimed:
		guard.Store(closedForEver)
	}
}

// closeGuard closes the open guard; from then on the shared word alone counts read
// locks. Only with w locked, which it unlocks if it fails: then it panics, and the
// guard is open as before.
func (rw *RWMutex) closeGuard() {
	cell, guard := rw.readers.Cell(), rw.readers.Guard()
	closed := false
	defer func() {
		if !closed {
			guard.Store(0)
			rw.w.Unlock()
		}
	}()
	if rw.closings++; rw.closings == 0 { // it has wrapped around, and 0 closes nothing
		rw.closings++
	}
	guard.Store(closing(rw.closings))
	if err := fenceAll(cell.Backend()); err != nil {
		panic(fmt.Sprintf("percpu: RWMutex: %v", err)) // it has worked before: see canGuard
	}
	hiddenAdd(&rw.shared, int64(cell.Take()))
	guard.Store(closing(rw.closings) | 1)
	rw.readers.Hide()
	closed = true
}

// fenceAll makes a fence on all slots.
func fenceAll(b backend.Backend) error {
	if refuse := refuseFence.Load(); refuse != nil {
		if err := (*refuse)(); err != nil {
			return err
		}
	}
	return b.Fence(backend.AllSlots)
}

// fenceOrStop makes a fence on all slots of a backend that has granted one before. Should
// it refuse another one the world is stopped instead.
func fenceOrStop(b backend.Backend) {
	if fenceAll(b) != nil {
		backend.StopTheWorld()
	}
}

// refuseFence is for tests: no kernel refuses a fence, or is slow, when they want.
var refuseFence atomic.Pointer[func() error]

// guarding remembers which backends a RWMutex can count its readers on: those that
// add under a guard and can fence.
var guarding struct {
	mu    sync.Mutex
	known map[backend.Backend]*guardable
}

type guardable struct{ known, can bool }

// canGuard reports whether a RWMutex can use b, and whether that is known yet. To
// find out takes a fence, whose first in a process takes the kernel a while: nobody
// waits for it.
func canGuard(b backend.Backend) (can, known bool) {
	if b.Memory().Geometry().Leaf != backend.LeafRseq {
		return false, true
	}
	guarding.mu.Lock()
	defer guarding.mu.Unlock()
	g := guarding.known[b]
	if g == nil {
		g = new(guardable)
		if guarding.known == nil {
			guarding.known = make(map[backend.Backend]*guardable)
		}
		guarding.known[b] = g
		go g.find(b)
	}
	return g.can, g.known
}

func (g *guardable) find(b backend.Backend) {
	can := fenceAll(b) == nil
	guarding.mu.Lock()
	defer guarding.mu.Unlock()
	g.can, g.known = can, true
}
