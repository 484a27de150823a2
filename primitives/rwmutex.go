package primitives

import (
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// A RWMutex is a reader/writer mutual exclusion lock with sync.RWMutex's
// methods and promises, for data that is read often, from many CPUs, and written
// seldom. A reader adds to a number of its own CPU's, so readers do not slow
// each other down; a writer pays for that with a system call that reaches every
// CPU. The call is spared where writers are frequent: for a while after one, the
// readers share a number as those of sync.RWMutex do.
//
// It is not for locks that are mostly written, or hardly ever used by two CPUs at
// once: those lose nothing by staying with sync.RWMutex. The bias towards readers
// begins when a lock has been read-locked some dozens of times.
//
// The zero value is an unlocked lock, on the default backend. A RWMutex must not
// be copied after first use. RUnlock and Unlock may be called by other goroutines
// than RLock and Lock were, on other CPUs.
//
// A waiting Lock blocks later RLocks, so that readers can't starve writers, and
// Unlock lets all RLocks in that have waited, so that writers can't starve
// readers. Therefore read locks must not be nested: a goroutine that holds one and
// asks for another waits for ever if a Lock comes in between.
//
// In the terminology of the Go memory model the n'th call of Unlock synchronizes
// before the m'th call of Lock returns for any n < m. For any call of RLock there
// is an n such that the n'th call of Unlock synchronizes before that RLock
// returns, and its RUnlock synchronizes before the n+1'th call of Lock returns.
//
// Misuse ends the program, as it does with sync.RWMutex: an Unlock of a lock that
// is not locked at once; an RUnlock without RLock at the next Lock, or at once if
// the lock is not biased towards readers, or in programs built with -race or tag
// percpuinvariants.
//
// A RWMutex costs 80 bytes, and 8 bytes on each CPU that reads. Without rseq, or
// where membarrier(2) is forbidden, readers always share a number, and the lock
// scales as sync.RWMutex does.
type RWMutex struct {
	// readers counts the read locks that are held, partly in the cell, one slot
	// for each CPU, and partly in the shared word. An RLock and its RUnlock may
	// count in different places: only the sum means something. Additions to the
	// cell happen while the guard is zero. A writer claims the shared word, from
	// then on RLocks wait; closes the guard; and moves the cell's sum to the
	// shared word. It must come first: the handler of AddOrShare finds the lock
	// there.
	readers backend.GuardedCell
	_       noCopy

	unlocks  raceEdge // from Unlocks to all that lock later
	runlocks raceEdge // from RUnlocks to the next Lock
	held     invariantCount

	w       sync.Mutex   // held by the writer, and by whoever opens the guard
	leaving atomic.Int64 // readers that the writer waits for; see lock
	parking atomic.Pointer[parking]
	bias    bias
}

// parking is where goroutines wait. Most locks never need it.
type parking struct{ readers, writer semaphore }

// NewRWMutex returns an unlocked lock, biased towards readers from the start.
func NewRWMutex(opts ...Option) *RWMutex {
	rw := new(RWMutex)
	rw.begin(backendOf(opts))
	return rw
}

// RLock locks rw for reading. It waits while a writer holds the lock or waits for
// it.
func (rw *RWMutex) RLock() {
	if raceEnabled || invariants {
		rw.checkedRLock()
	} else {
		rw.readers.AddOrShare(1)
	}
}

// RUnlock undoes one RLock. It need not be the goroutine's own.
func (rw *RWMutex) RUnlock() {
	if raceEnabled || invariants {
		rw.checkedRUnlock()
	} else {
		rw.readers.AddOrShare(-1)
	}
}

// TryRLock locks rw for reading if it can do so without waiting, and reports
// whether it did.
func (rw *RWMutex) TryRLock() bool {
	ok := rw.tryRLock()
	if ok {
		rw.readerEntered()
	}
	return ok
}

// Lock locks rw for writing. It waits until no reader and no other writer holds
// it.
func (rw *RWMutex) Lock() {
	rw.lock()
	rw.writerEntered()
}

// TryLock locks rw for writing if it can do so without waiting, and reports
// whether it did.
func (rw *RWMutex) TryLock() bool {
	ok := rw.tryLock()
	if ok {
		rw.writerEntered()
	}
	return ok
}

// Unlock undoes one Lock. It need not be the goroutine's own.
func (rw *RWMutex) Unlock() {
	rw.unlocks.release()
	rw.unlock()
}

// RLocker returns a sync.Locker whose Lock and Unlock are rw.RLock and
// rw.RUnlock.
func (rw *RWMutex) RLocker() sync.Locker { return (*rlocker)(rw) }

type rlocker RWMutex

func (r *rlocker) Lock()   { (*RWMutex)(r).RLock() }
func (r *rlocker) Unlock() { (*RWMutex)(r).RUnlock() }

func (rw *RWMutex) writerEntered() {
	rw.unlocks.acquire()
	rw.runlocks.acquire()
}

func (rw *RWMutex) readerEntered() {
	rw.held.add(1)
	rw.unlocks.acquire()
}

func (rw *RWMutex) checkedRLock() {
	rw.readers.AddOrShare(1)
	rw.readerEntered()
}

func (rw *RWMutex) checkedRUnlock() {
	rw.runlocks.releaseMerge()
	if rw.held.add(-1) < 0 {
		fatalRUnlock()
	}
	rw.readers.AddOrShare(-1)
}
