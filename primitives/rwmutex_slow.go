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
// number of read locks.
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
// acquire.

func init() {
	backend.HandleShared(backend.SharedHandler{
		Slow:     func(g *backend.GuardedCell, delta int64) { lockOf(g).slow(delta) },
		Claimed:  func(g *backend.GuardedCell, delta int64) { lockOf(g).claimed(delta) },
		Negative: func(g *backend.GuardedCell, delta int64) { lockOf(g).negative() },
	})
}

func lockOf(g *backend.GuardedCell) *RWMutex { return (*RWMutex)(unsafe.Pointer(g)) }

var _ [unsafe.Offsetof(RWMutex{}.readers)]struct{} = [0]struct{}{}

// slow counts a read lock in the shared word.
func (rw *RWMutex) slow(delta int64) {
	if delta > 0 && !rw.hasCell() {
		rw.bias.read(rw)
	}
	switch sum := hiddenAdd(rw.readers.Shared(), delta); {
	case sum >= 0:
	case backend.Claimed(sum):
		rw.claimed(delta)
	default:
		rw.negative()
	}
}

// hiddenAdd adds to a word that all readers add to. To the race detector that
// would order one reader after another, which RWMutex does not promise, and so
// hide races between them.
func hiddenAdd(word *atomic.Int64, delta int64) (sum int64) {
	raceDisable()
	sum = word.Add(delta)
	raceEnable()
	return sum
}

func (rw *RWMutex) hasCell() bool { return rw.readers.Cell().Backend() != nil }

// claimed goes on for a reader that finds the shared word claimed after adding
// to it.
func (rw *RWMutex) claimed(delta int64) {
	if delta > 0 {
		rw.park().readers.acquire() // unlock counts us and lets us in
		return
	}
	// The writer holds the lock only after every reader has been through below.
	if held(rw.readers.Shared().Load()) {
		fatalRUnlock()
	}
	if hiddenAdd(&rw.leaving, -1) == 0 {
		rw.park().writer.release(1)
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
	if sum := rw.readers.Shared().Load(); !exact || sum >= 0 || backend.Claimed(sum) {
		return
	}
	// Guard values are never used again: it has been closed all the time.
	if guard.Load() == before && (before != 0 || !rw.hasCell()) {
		fatalRUnlock()
	}
}

func (rw *RWMutex) tryRLock() bool {
	if rw.readers.TryAdd(1) {
		return true
	}
	shared := rw.readers.Shared()
	for {
		sum := shared.Load()
		if backend.Claimed(sum) {
			return false
		}
		raceDisable() // see hiddenAdd
		swapped := shared.CompareAndSwap(sum, sum+1)
		raceEnable()
		if swapped {
			return true
		}
	}
}

func (rw *RWMutex) lock() {
	rw.w.Lock()
	shared := rw.readers.Shared()
	if !rw.open() && shared.CompareAndSwap(0, -heldClaims) {
		return // the shared word is the number of readers: none
	}
	readers := shared.Add(-backend.ClaimStep) + backend.ClaimStep
	if rw.open() {
		readers += rw.closeGuard()
	}
	if readers < 0 {
		fatalRUnlock()
	}
	// Those that have left since the claim, and are counted in readers all the
	// same, have made leaving negative. There are none if readers is 0.
	if readers != 0 && rw.leaving.Add(readers) != 0 {
		rw.park().writer.acquire()
	}
	shared.Add(backend.ClaimStep - heldClaims)
}

func (rw *RWMutex) tryLock() bool {
	if !rw.w.TryLock() {
		return false
	}
	shared := rw.readers.Shared()
	if rw.open() {
		if int64(rw.readers.Cell().Sum())+shared.Load() != 0 {
			rw.w.Unlock()
			return false // most likely someone reads; closing the guard is dear
		}
		rw.closeGuard()
	}
	if !shared.CompareAndSwap(0, -heldClaims) {
		rw.w.Unlock()
		return false
	}
	return true
}

func (rw *RWMutex) unlock() {
	readers := rw.readers.Shared().Add(heldClaims)
	if readers > backend.ClaimStep/2 {
		fatalUnlock() // it was not claimed twice
	}
	if readers > 0 {
		rw.park().readers.release(readers)
	}
	rw.w.Unlock()
}

func (rw *RWMutex) park() *parking {
	if p := rw.parking.Load(); p != nil {
		return p
	}
	rw.parking.CompareAndSwap(nil, new(parking))
	return rw.parking.Load()
}

// fatalRUnlock and fatalUnlock end the program with a fatal error, which, unlike
// a panic, nothing can recover from: by way of the lock that has the same rules.

func fatalRUnlock() { new(sync.RWMutex).RUnlock() }
func fatalUnlock()  { new(sync.RWMutex).Unlock() }
