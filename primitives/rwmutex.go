package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// A RWMutex is a reader/writer mutual exclusion lock with sync.RWMutex's
// methods and promises, for data that is read often, from many CPUs, and written
// seldom.
//
// It begins as sync.RWMutex is: all count in one word. When readers have met there
// often, goroutines of different CPUs in all likelihood, it turns to a number for
// each CPU, of which a reader changes its own CPU's: readers then do not slow each
// other down. A writer pays for that with a system call that reaches every CPU,
// and turns the lock back, until readers have met as often again without a writer.
// So frequent writers pay nothing, and a lock that nobody contends is never turned.
//
// It is not for locks that are mostly written: those lose nothing by staying with
// sync.RWMutex.
//
// The zero value is an unlocked lock, on the default backend. A RWMutex must not
// be copied after first use. RUnlock and Unlock may be called by other goroutines
// than RLock and Lock were, on other CPUs.
//
// A waiting Lock blocks later RLocks, so that readers can't starve writers, and
// Unlock lets all RLocks in that have waited, so that writers can't starve
// readers. Therefore read locks must not be nested: a goroutine that holds one and
// asks for another waits for ever if a Lock comes in between. TryLock and TryRLock
// fail only if somebody holds the lock, waits for it or asks for it meanwhile.
// In a bubble of testing/synctest a goroutine that waits for the lock is not durably
// blocked, as with sync.RWMutex. A lock has no timer and no goroutine.
//
// In the terminology of the Go memory model the n'th call of Unlock synchronizes
// before the m'th call of Lock returns for any n < m. For any call of RLock there
// is an n such that the n'th call of Unlock synchronizes before that RLock
// returns, and its RUnlock synchronizes before the n+1'th call of Lock returns.
//
// Misuse ends the program, as it does with sync.RWMutex: at once, but an RUnlock
// without RLock of a lock that has turned only at the next Lock (with -race or tag
// percpuinvariants at once, too). Where the default backend was asked for by name and can't be
// had, an RLock or TryRLock that would turn the lock panics, and has done nothing.
//
// A RWMutex costs 96 bytes, once turned 8 bytes on each CPU that reads, and once
// somebody had to wait 96 more. Without rseq, or where no fence is to be
// had, it is never turned, and scales as sync.RWMutex does.
type RWMutex struct {
	// The read locks that are held are counted partly in the cell, one slot for
	// each CPU, and partly in the shared word. An RLock and its RUnlock may count
	// in different places: only the sum means something. Additions to the cell
	// happen while it is there, is not hidden, and the guard is zero. A writer makes
	// RLocks wait, closes the guard, moves the cell's sum to the shared word, and waits
	// until that counts nobody. mu is held by the writer, and for a moment by who opens the guard.
	turnable // must come first
	_        noCopy

	unlocks  raceEdge // from Unlocks to all that lock later
	runlocks raceEdge // from RUnlocks to the next Lock
	held     invariantCount

	meetings atomic.Uint64 // of readers in the shared word, and the last of them; see met
	aside    atomic.Pointer[rwAside]

	// shared is on no cache line that the cell or the guard is on, wherever the
	// lock begins. Every RLock looks at these first: on a line that other CPUs add
	// to, it would have to fetch that twice. It is no atomic.Int64 because to inline
	// RLock takes a function of package atomic, and no method; it is aligned as one.
	_      [32 - unsafe.Sizeof(uintptr(0))]byte
	shared int64
}

// NewRWMutex returns an unlocked lock.
func NewRWMutex(opts ...Option) *RWMutex {
	rw := new(RWMutex)
	if want := collect(opts).backend; want != nil {
		rw.aside.Store(&rwAside{want: want})
	}
	return rw
}

// RLock locks rw for reading. It waits while a writer holds the lock or waits for
// it.
func (rw *RWMutex) RLock() {
	if raceEnabled || invariants {
		rw.checkedRLock()
		return
	}
	// Here and in RUnlock each node counts: they cost all that the inliner grants. That
	// the word is loaded without package atomic is the same instruction; 32-bit
	// platforms, which could load half of it, never have one that is not zero.
	if word := *(*int64)(unsafe.Pointer(rw)); word > 0 || atomic.AddInt64(&rw.shared, 1) != 1 {
		rlock(unsafe.Pointer(rw), word)
	}
}

// RUnlock undoes one RLock. It need not be the goroutine's own.
func (rw *RWMutex) RUnlock() {
	if raceEnabled || invariants {
		rw.checkedRUnlock()
		return
	}
	if word := *(*int64)(unsafe.Pointer(rw)); word > 0 || atomic.AddInt64(&rw.shared, -1) < 0 {
		runlock(unsafe.Pointer(rw), word)
	}
}

// TryRLock locks rw for reading if it can do so without waiting, and reports
// whether it did.
func (rw *RWMutex) TryRLock() bool {
	ok := tryRLock(unsafe.Pointer(rw), rw.word())
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
	if word := rw.word(); word > 0 || hiddenAdd(&rw.shared, 1) != 1 {
		rlock(unsafe.Pointer(rw), word)
	}
	rw.readerEntered()
}

func (rw *RWMutex) checkedRUnlock() {
	rw.runlocks.releaseMerge()
	if rw.held.add(-1) < 0 {
		fatalRUnlock()
	}
	if word := rw.word(); word > 0 || hiddenAdd(&rw.shared, -1) < 0 {
		runlock(unsafe.Pointer(rw), word)
	}
}
