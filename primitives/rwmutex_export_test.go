//lint:file-ignore SA2001 empty critical sections are what readers meet in

package primitives

import (
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// What black-box tests need to know of the insides.

// Open reports whether readers add to their own CPU's slot just now.
func (rw *RWMutex) Open() bool { return rw.isOpen() }

// Begun reports whether the lock has been given a cell, or is being given one.
func (rw *RWMutex) Begun() bool { return rw.hasCell() || rw.cell.Guard().Load() != 0 }

// Met reports whether readers have met.
func (rw *RWMutex) Met() bool { return rw.meetings.Load() != 0 }

// Unclaimed reports whether readers need not look whether a writer has claimed the shared
// word.
func Unclaimed(rw *RWMutex) bool { return rw.cell.Guard().Load() == unclaimed }

// SharedValue returns what the shared word holds.
func SharedValue(rw *RWMutex) int64 { return hiddenLoad(&rw.shared) }

// ComeLate does what a reader does that has taken back what it had added to a shared word,
// which is now as given, and what the next Unlock does.
func ComeLate(shared int64) (entered bool, registered, then int64) {
	a := new(rwAside)
	entered = a.enterOrRegister(&shared)
	registered = a.registered.Load()
	a.letIn(&shared)
	return entered, registered, shared
}

// CellWord returns what RLock and RUnlock look at: whether it is greater than zero.
func CellWord(rw *RWMutex) int64 { return rw.word() }

// GuardValue returns what the guard holds.
func GuardValue(rw *RWMutex) uint64 { return rw.cell.Guard().Load() }

// CloseOften makes the next closing of the guard the last before their number wraps
// around.
func CloseOften(rw *RWMutex) { rw.closings = 1<<32 - 2 }

// SharedDistance returns how far the shared word is from the guard.
func (rw *RWMutex) SharedDistance() uintptr {
	return rw.distance(&rw.shared)
}

// Eager makes the next meeting of readers that is counted turn the lock.
func (rw *RWMutex) Eager() { rw.meetings.Store(turnAfter - 1) }

// Turn makes readers meet, and so turns the lock, or opens it again, if there is a
// backend to turn it to. Nobody else may hold it.
func (rw *RWMutex) Turn() {
	done := make(chan bool)
	rw.RLock()
	go func() {
		for i := 0; i < 20*oneMeetingIn && !rw.isOpen(); i++ {
			rw.Eager()
			rw.RLock()
			rw.RUnlock()
		}
		close(done)
	}()
	<-done
	rw.RUnlock()
}

// AttachLate does what a reader does that has found no cell, and comes to make one when
// others have.
func (rw *RWMutex) AttachLate() { rw.attach() }

// HookFence makes fences call f first, and fail if it does, until undo.
func HookFence(f func() error) (undo func()) {
	refuseFence.Store(&f)
	return func() { refuseFence.Store(nil) }
}

// BackendOf returns the backend of WithBackend.
func BackendOf(opt Option) backend.Backend { return collect([]Option{opt}).backend }

const (
	ClaimStep   = claimStep
	TurnAfter   = turnAfter * oneMeetingIn
	Invariants  = invariants
	RWMutexSize = unsafe.Sizeof(RWMutex{})
)
