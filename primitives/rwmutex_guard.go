package primitives

import (
	"math/rand/v2"
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

// met counts that a reader has found another's read lock in the shared word, and
// reports whether this was often enough. If it is the goroutine that was last to
// meet another it does not count: it may have met itself, or one that is asleep.
func (rw *RWMutex) met() bool {
	if guard := rw.hiddenGuard(); guard == unclaimed || guard == 0 && rw.hasCell() {
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

// attach gives the lock a cell on the backend that it was made with, or else the default
// one.
func (rw *RWMutex) attach() {
	var want backend.Backend
	if aside := rw.aside.Load(); aside != nil {
		want = aside.want
	}
	rw.turnable.attach(want)
}

// open opens the guard, if there is a cell behind it; or if there will be none, makes it
// say that no writer has claimed the shared word. The caller counts as a
// reader in that: so a TryLock that fails because mu is locked here fails
// because of a reader. It costs a writer nothing to speak of.
func (rw *RWMutex) open() {
	raceDisable() // or one reader would be ordered after another
	defer raceEnable()
	never := rw.cell.Guard().Load() == closedForEver
	if !never && !rw.hasCell() || !rw.mu.TryLock() { // a writer is there, or someone else opens
		return
	}
	defer rw.mu.Unlock()
	if never {
		rw.cell.Guard().Store(unclaimed)
	} else {
		rw.openGuard()
	}
}

// close closes the guard, which is open, for a writer. While it fences it takes bar from the
// shared word, and in the end claim. It returns what the word then was. Only with mu locked,
// which it unlocks if the fence panics; then all is as before, and who has waited is let in.
func (rw *RWMutex) close(bar, claim int64) (sum int64) {
	closed := false
	defer func() {
		if !closed {
			hiddenAdd(&rw.shared, bar)
			rw.unlockSlow(0) // 0, for while the guard is open the word alone means nothing
			rw.mu.Unlock()
		}
	}()
	hiddenAdd(&rw.shared, -bar)
	sum = rw.closeGuard(fenceOrStop, &rw.shared, bar-claim)
	closed = true
	return sum
}

// endUnclaimed makes readers look at the shared word, where open has made the guard say that
// they need not, before a writer claims that. Only with mu locked.
func (rw *RWMutex) endUnclaimed() {
	if rw.hiddenGuard() == unclaimed {
		rw.cell.Guard().Store(closedForEver)
	}
}
