package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// What readers do beside adding to their CPU's slot, and what writers do.
//
// All counting is addition, so it needs no order: the read locks held are
//
//	the cell's sum + the shared word (+ ClaimStep while it is claimed)
//
// whatever way each RLock and RUnlock went. While the guard is open, neither part
// means anything alone, and the shared word may be less than zero: a read lock
// was taken in the cell and given back in the shared word. When the guard has been
// closed, and a fence has passed, no addition to the cell is under way and none
// will come; the writer moves the cell's sum to the shared word, which is then the
// number of read locks, as it is as long as there is no cell.
//
// A reader does not miss a writer that does not see it:
//
//	Reader: [a] load guard = 0, [b] add to cell        one section
//	Writer: [c] guard = closed, [d] fence, [e] sum cells
//
// If the section commits before the fence reaches its CPU, the fence, a barrier
// there, pairs with [e]: the sum has it. If not, the fence aborts it, and it loads
// the guard again, after [c]. The same fence orders what the reader did before the
// addition of its RUnlock before [e]. A reader that loads zero at [a] because the
// guard was opened sees what the writer wrote before: opening is a release, [a] an
// acquire, and whoever opens has been let in by that writer.
//
// Nor does whoever opens the guard miss a writer:
//
//	Opener: [f] lock w, [g] guard = 0, [h] unlock w
//	Writer: [i] lock w, [j] load guard, [k] claim the shared word, … unlock w
//
// Either [h] precedes [i], and [j] loads what [g] stored, or the writer has been
// through before [f]. The cell comes to the lock without w, but the guard is closed
// from before it does until an [f].

var _ [unsafe.Offsetof(RWMutex{}.readers)]struct{} = [0]struct{}{} // see rlockSlow

// hiddenAdd adds to a word that all readers add to. To the race detector that
// would order one reader after another, which RWMutex does not promise, and so
// hide races between them.
func hiddenAdd(word *atomic.Int64, delta int64) (sum int64) {
	raceDisable()
	sum = word.Add(delta)
	raceEnable()
	return sum
}

// rlockSlow goes on for an RLock of the lock at w that has added to the shared
// word, and found that it was not the first there, or has not added yet.
func rlockSlow(w unsafe.Pointer, sum int64) {
	rw := (*RWMutex)(w)
	if sum == backend.NotAdded {
		sum = rw.readers.EnterSlow(&rw.shared)
	}
	if sum > 1 && rw.met() {
		sum = rw.turn(sum)
	}
	switch {
	case sum >= 0:
	case backend.Claimed(sum):
		rw.slow().readers.acquire() // unlock counts us and lets us in
	default:
		rw.negative()
	}
}

// turn turns the lock to the CPUs' slots, for a reader that counts in the shared
// word, and returns what that was when it counted there last.
func (rw *RWMutex) turn(sum int64) int64 {
	if !rw.hasCell() {
		rw.leaveToAttach()
		sum = hiddenAdd(&rw.shared, 1)
	}
	if sum > 0 {
		rw.open()
	}
	return sum
}

// leaveToAttach attaches the cell for a reader that counts in the shared word, and
// does not any more after it: nobody is to wait for what attach does.
func (rw *RWMutex) leaveToAttach() {
	if sum := hiddenAdd(&rw.shared, -1); sum < 0 {
		runlockSlow(unsafe.Pointer(rw), sum)
	}
	rw.attach()
}

// runlockSlow goes on for an RUnlock of the lock at w that has added to the shared
// word, and found it less than zero, or has not added yet.
func runlockSlow(w unsafe.Pointer, sum int64) {
	rw := (*RWMutex)(w)
	if sum == backend.NotAdded {
		sum = rw.readers.LeaveSlow(&rw.shared)
	}
	switch {
	case sum >= 0:
	case backend.Claimed(sum):
		// The writer holds the lock only after every reader has been through below.
		if held(rw.shared.Load()) {
			fatalRUnlock()
		}
		if hiddenAdd(&rw.leaving, -1) == 0 {
			rw.slow().writer.release(1)
		}
	default:
		rw.negative()
	}
}

// A writer claims the shared word, and once more when no reader is left.

const heldClaims = 2 * backend.ClaimStep

func held(shared int64) bool { return shared < -heldClaims+backend.ClaimStep/2 }

// negative looks whether a shared word less than zero is misuse. It is while it
// holds the number of read locks: without a cell, and while the guard is closed.
func (rw *RWMutex) negative() {
	guard := rw.readers.Guard()
	before := guard.Load()
	exact := settled(before) || before == 0 && !rw.hasCell()
	if sum := rw.shared.Load(); !exact || sum >= 0 || backend.Claimed(sum) {
		return
	}
	// Guard values are never used again: it has been closed all the time.
	if guard.Load() == before && (before != 0 || !rw.hasCell()) {
		fatalRUnlock()
	}
}

// tryRLockSlow is a TryRLock that could not add to the cell.
func tryRLockSlow(w unsafe.Pointer, delta int64, _ unsafe.Pointer) bool {
	rw := (*RWMutex)(w)
	if rw.readers.AddIfZeroSlow(delta) {
		return true
	}
	for {
		raceDisable() // see hiddenAdd
		sum := rw.shared.Load()
		swapped := !backend.Claimed(sum) && rw.shared.CompareAndSwap(sum, sum+1)
		raceEnable()
		switch {
		case backend.Claimed(sum):
			return false
		case !swapped:
		case sum <= 0 || !rw.met():
			return true
		case rw.hasCell():
			rw.open()
			return true
		default:
			rw.leaveToAttach()
		}
	}
}

// lock is Lock. Whatever may fail comes before anything that others notice.
func (rw *RWMutex) lock() {
	rw.w.Lock()
	if rw.isOpen() {
		rw.closeGuard()
	}
	rw.forget()
	if rw.shared.CompareAndSwap(0, -heldClaims) {
		return
	}
	readers := rw.shared.Add(-backend.ClaimStep) + backend.ClaimStep
	if readers < 0 {
		fatalRUnlock()
	}
	// Those that have left since the claim, and are counted in readers all the
	// same, have made leaving negative. There are none if readers is 0.
	if readers != 0 && rw.leaving.Add(readers) != 0 {
		rw.slow().writer.acquire()
	}
	rw.shared.Add(backend.ClaimStep - heldClaims)
}

func (rw *RWMutex) tryLock() bool {
	if !rw.w.TryLock() {
		return false // a writer, or a reader that opens the guard
	}
	if rw.isOpen() {
		if int64(rw.readers.Cell().Sum())+rw.shared.Load() != 0 {
			rw.w.Unlock()
			return false // most likely someone reads; closing the guard is dear
		}
		rw.closeGuard()
	}
	if !rw.shared.CompareAndSwap(0, -heldClaims) {
		rw.w.Unlock()
		return false
	}
	rw.forget()
	return true
}

func (rw *RWMutex) unlock() {
	readers := rw.shared.Add(heldClaims)
	if readers > backend.ClaimStep/2 {
		fatalUnlock() // it was not claimed twice
	}
	if readers > 0 {
		rw.slow().readers.release(readers)
	}
	rw.w.Unlock()
}

// rwAside is what most locks never need.
type rwAside struct {
	readers, writer semaphore
	want            backend.Backend // WithBackend's; set before anyone else knows the lock
}

func (rw *RWMutex) slow() *rwAside {
	raceDisable() // see hiddenAdd
	defer raceEnable()
	if a := rw.aside.Load(); a != nil {
		return a
	}
	rw.aside.CompareAndSwap(nil, new(rwAside))
	return rw.aside.Load()
}

// fatalRUnlock and fatalUnlock end the program with a fatal error, which, unlike
// a panic, nothing can recover from: by way of the lock that has the same rules.

func fatalRUnlock() { new(sync.RWMutex).RUnlock() }
func fatalUnlock()  { new(sync.RWMutex).Unlock() }
