package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// What readers do beside adding to their CPU's slot, and what writers do.
//
// All counting is addition, so it needs no order: the read locks held are the sum that
// turnable speaks of, whatever way each RLock and RUnlock went. While the guard is open,
// neither part means anything alone, and the shared word may be less than zero: a read
// lock was taken in the cell and given back in the shared word. When the guard has been
// closed, and a fence has passed, no addition to the cell is under way and none
// will come; the writer moves the cell's sum to the shared word.
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
//	Opener: [f] lock mu, [g] guard = 0, [h] unlock mu
//	Writer: [i] lock mu, [j] load guard, [k] claim the shared word, … unlock mu
//
// Either [h] precedes [i], and [j] loads what [g] stored, or the writer has been
// through before [f]. The cell comes to the lock without mu, but the guard is closed
// from before it does until an [f].

// How a writer waits for readers, and readers for a writer, follows from that an RLock
// or RUnlock that inlines does not know what the shared word was, only that it is to
// look: claimed or not is what it is then. The word is
//
//	n                 nobody writes; n read locks are held
//	n - claimStep     a writer waits for these n, among them readers that have come since,
//	                  and not seen yet that they have to take back what they have added
//	n - heldClaims    a writer has the lock; those n will take it back
//	n - fenceClaims   a writer closes the guard; n and the cell's sum are those read locks
//
// A reader who finds its addition in a claimed word takes it back, and goes to sleep
// until Unlock, or a Lock whose fence fails, counts it and so lets it in, unless the word is
// no longer claimed.
// Whoever finds the word at -claimStep makes it -heldClaims for the writer, and wakes
// it: every addition that may have made it so is followed by such a look, so it isn't
// missed; and it succeeds once, so one token is released for the one writer that has
// failed to do it itself.
//
// That readers wait already while a writer fences is for the writer's sake: meanwhile the
// runtime may give its processor to another goroutine, and where readers went on it would
// get one back only when their time slices end, one after another. As long as the sum is
// in two places, no value of the word says that nobody reads, nor that there is misuse.

// fenceClaims is what a writer takes from the shared word while it closes the guard. It is
// far from the other claims: until the cell's sum has been added, n may be any number.
const fenceClaims = 1 << 62

func fenced(shared int64) bool { return shared < -fenceClaims/2 }

var (
	_ [unsafe.Offsetof(RWMutex{}.turnable)]struct{}   = [0]struct{}{}
	_ [unsafe.Offsetof(RWMutex{}.shared) % 8]struct{} = [0]struct{}{}
)

var (
	rlock    = backend.NewStep(1, rlockSlow)
	runlock  = backend.NewStep(-1, runlockSlow)
	tryRLock = backend.NewStep(1, tryRLockSlow)
)

// rlockSlow goes on for an RLock of the lock at w that has added to the shared word,
// and found that it was not the first there; or if cell is greater than zero, has not added yet.
func rlockSlow(w unsafe.Pointer, cell int64) bool {
	rw := (*RWMutex)(w)
	if cell > 0 {
		if rw.cell.AddIfZeroSlow(1) {
			return true
		}
		hiddenAdd(&rw.shared, 1)
	} else if rw.hiddenGuard() == unclaimed {
		return true // and so spares a look at a word that others add to
	}
	sum := hiddenLoad(&rw.shared)
	if sum > 1 && rw.met() {
		sum = rw.turn(sum)
	}
	switch {
	case sum >= 0:
	case claimed(sum):
		rw.takeBack()
		rw.waitForUnlock()
	case rw.misused(&rw.shared):
		fatalRUnlock()
	}
	return true
}

// turn turns the lock to the CPUs' slots, for a reader that counts in the shared
// word, and returns what that was when it counted there last.
func (rw *RWMutex) turn(sum int64) int64 {
	if !rw.hasCell() && rw.hiddenGuard() != closedForEver {
		rw.takeBack() // nobody is to wait for what attach does
		rw.attach()
		sum = hiddenAdd(&rw.shared, 1)
	}
	if sum > 0 {
		rw.open()
	}
	return sum
}

// takeBack undoes what a reader has added to the shared word.
func (rw *RWMutex) takeBack() {
	if sum := hiddenAdd(&rw.shared, -1); sum < 0 {
		rw.left(sum)
	}
}

// runlockSlow goes on for an RUnlock of the lock at w that has added to the shared
// word, and found it less than zero; or if cell is greater than zero, has not added yet.
func runlockSlow(w unsafe.Pointer, cell int64) bool {
	rw := (*RWMutex)(w)
	if cell > 0 {
		if rw.cell.AddIfZeroSlow(-1) {
			return true
		}
		hiddenAdd(&rw.shared, -1)
	}
	rw.left(hiddenLoad(&rw.shared))
	return true
}

// left looks at the shared word after a reader has left it.
func (rw *RWMutex) left(sum int64) {
	switch {
	case sum >= 0, fenced(sum):
	case sum == -claimStep:
		if hiddenSwap(&rw.shared, sum, -heldClaims) {
			rw.slow().writer.release(1)
		}
	case sum < -heldClaims, sum < -claimStep && !held(sum), rw.misused(&rw.shared):
		fatalRUnlock() // there are less than no readers
	}
}

// waitForUnlock sleeps until an Unlock counts this reader as one that holds the lock, or
// counts it itself where nobody has claimed the shared word any more.
func (rw *RWMutex) waitForUnlock() {
	a := rw.slow()
	if !a.enterOrRegister(&rw.shared) {
		a.readers.acquire()
	}
}

// tryRLockSlow is a TryRLock that could not add to the cell.
func tryRLockSlow(w unsafe.Pointer, cell int64) bool {
	rw := (*RWMutex)(w)
	if cell > 0 && rw.cell.AddIfZeroSlow(1) {
		return true
	}
	for {
		sum := hiddenLoad(&rw.shared)
		switch {
		case claimed(sum):
			return false
		case !hiddenSwap(&rw.shared, sum, sum+1):
		case sum <= 0 || !rw.met():
			return true
		case rw.hasCell() || rw.hiddenGuard() == closedForEver:
			rw.open()
			return true
		default:
			rw.takeBack()
			rw.attach()
		}
	}
}

// lock is Lock. That what is seldom needed is in functions of its own, here and in unlock,
// leaves nothing to be stored on the stack before an atomic operation, which would wait for
// that.
func (rw *RWMutex) lock() {
	rw.mu.Lock()
	if rw.word() > 0 {
		rw.lockTurned()
		return
	}
	rw.endUnclaimed()
	rw.forget()
	if !hiddenSwap(&rw.shared, 0, -heldClaims) {
		rw.waitForReaders(hiddenAdd(&rw.shared, -claimStep))
	}
}

// lockTurned goes on for a lock that has turned.
func (rw *RWMutex) lockTurned() {
	sum := rw.close(fenceClaims, claimStep)
	rw.forget()
	rw.waitForReaders(sum)
}

// waitForReaders waits until nobody has a read lock, and takes the lock. The writer has
// claimed the shared word, which then was sum.
func (rw *RWMutex) waitForReaders(sum int64) {
	if sum < -claimStep {
		fatalRUnlock()
	}
	if !hiddenSwap(&rw.shared, -claimStep, -heldClaims) {
		rw.slow().writer.acquire()
	}
}

func (rw *RWMutex) tryLock() bool {
	if !rw.mu.TryLock() {
		return false // a writer, or a reader that opens the guard
	}
	if (rw.isOpen() || rw.hiddenGuard() == unclaimed) && int64(rw.cell.Cell().Sum())+hiddenLoad(&rw.shared) != 0 {
		rw.mu.Unlock()
		return false // most likely someone reads; closing the guard is dear
	}
	if rw.isOpen() {
		rw.close(0, 0) // readers go on meanwhile: it may come to nothing
	} else {
		rw.endUnclaimed()
	}
	if !hiddenSwap(&rw.shared, 0, -heldClaims) {
		rw.mu.Unlock()
		return false
	}
	rw.forget()
	return true
}

func (rw *RWMutex) unlock() {
	if readers := hiddenAdd(&rw.shared, heldClaims); readers != 0 || rw.aside.Load() != nil {
		rw.unlockSlow(readers)
	}
	rw.mu.Unlock()
}

// unlockSlow lets readers in that wait, before another writer can claim the shared word,
// which is or was as given. Each unlock of a lock that somebody has waited for comes here.
func (rw *RWMutex) unlockSlow(readers int64) {
	switch {
	case readers > claimStep/2, claimed(readers):
		fatalUnlock() // it was not claimed twice, or by a writer who still fences
	case readers < 0:
		fatalRUnlock() // while it was held
	}
	if a := rw.aside.Load(); a != nil && a.anybody() {
		a.letIn(&rw.shared)
	}
}

// rwAside is what most locks never need.
type rwAside struct {
	readers, writer semaphore
	want            backend.Backend // WithBackend's; set before anyone else knows the lock

	// How many sleep or will, until an Unlock counts them. Who registers does so before it
	// looks whether the shared word is claimed, under mu; who unlocks looks for them after
	// the word is not claimed any more. So one of the two sees the other.
	registered atomic.Int64
	mu         sync.Mutex
}

// enterOrRegister adds a reader to the shared word, or where that is claimed registers it
// to be added by Unlock, and reports whether it has been added.
func (a *rwAside) enterOrRegister(shared *int64) (entered bool) {
	raceDisable() // see hiddenAdd
	defer raceEnable()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.registered.Add(1)
	if entered = addUnlessClaimed(shared); entered {
		a.registered.Add(-1)
	}
	return entered
}

// anybody reports whether readers are registered.
func (a *rwAside) anybody() bool {
	raceDisable()
	n := a.registered.Load()
	raceEnable()
	return n != 0
}

// letIn adds those that are registered to the shared word, and wakes them.
func (a *rwAside) letIn(shared *int64) {
	raceDisable()
	defer raceEnable()
	a.mu.Lock()
	n := a.registered.Swap(0)
	atomic.AddInt64(shared, n)
	a.mu.Unlock()
	a.readers.release(n)
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
