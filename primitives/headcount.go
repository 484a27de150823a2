package primitives

import (
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// headcount counts who is inside, of something that can be shut: of a Ref, a Gate,
// one half of a Sections. Its zero value is open, and nobody is inside.
//
// To shut it is to close the guard, and at the moment in which the cell's sum is moved to
// the shared word to claim that. From then on it is less than zero, so that each leave
// looks whether it was the last.
//
// It begins without a cell, and has none as long as few enter: what is entered less
// than entriesToTurn times between two shuttings pays no fence for them, which would
// cost more than all of these together. So whoever shuts and opens often has what an
// atomic word has, and not less.
type headcount struct {
	turnable // must come first

	want backend.Backend // WithBackend's; set before anyone else knows the headcount

	// shared is on no cache line that the cell or the guard is on: see RWMutex.
	_       [40 - 2*unsafe.Sizeof(uintptr(0))]byte
	shared  int64
	entries uint32 // by the shared word, since it was opened; see due
}

var (
	_ [unsafe.Offsetof(headcount{}.turnable)]struct{}   = [0]struct{}{}
	_ [unsafe.Offsetof(headcount{}.shared) % 8]struct{} = [0]struct{}{}
)

// entriesToTurn is how many enter by the shared word before there is a cell, or the
// guard opens again.
const entriesToTurn = 1024

func (h *headcount) init(opts []Option) { h.want = collect(opts).backend }

// enterShared enters by the shared word, which is what an atomic count does, as long as
// there is nothing else to do: no cell that is open, no turn that is due, no claim. It
// reports whether it has entered; if not, enterSlow looks at all that.
func (h *headcount) enterShared() bool {
	if raceEnabled || h.entries >= entriesToTurn-1 || h.cell.Guard().Load() == 0 && h.cell.Cell().Attached() {
		return false
	}
	h.entries++ // first: the cache line then stays here until the word has been swapped
	sum := atomic.LoadInt64(&h.shared)
	return sum >= 0 && atomic.CompareAndSwapInt64(&h.shared, sum, sum+1)
}

// enterSlow goes on for an entry that a leaf could not count in the cell. It returns
// false if the headcount is shut, unless that doesn't matter.
func (h *headcount) enterSlow(evenIfShut bool) bool {
	guard := h.hiddenGuard()
	if guard == 0 && h.cell.AddIfZeroSlow(1) {
		return true
	}
	// What may panic comes before anything is counted.
	switch {
	case guard == closedForEver:
		h.count(0) // enterShared goes on
	case h.due():
		h.turn()
		if h.cell.AddIfZeroSlow(1) {
			return true
		}
	}
	if evenIfShut {
		hiddenAdd(&h.shared, 1)
		return true
	}
	return addUnlessClaimed(&h.shared)
}

// due counts an entry, and reports whether it is time to turn. To count each one, by an
// atomic addition, would cost as much as to enter; it does not matter if some that come
// at the same time are counted once.
//
//go:norace
func (h *headcount) due() bool {
	h.entries++
	return h.entries >= entriesToTurn
}

//go:norace
func (h *headcount) count(entries uint32) { h.entries = entries }

// leaveSlow goes on for a leave whose leaf has found the shared word less than zero, or
// has not counted yet. It reports whether nobody is inside any more of what is shut,
// which it does once for each time that the last has left. what is for misuse.
func (h *headcount) leaveSlow(sum int64, what string) (last bool) {
	if sum == backend.NotAdded {
		sum = h.cell.LeaveSlow(&h.shared)
	}
	if sum < -claimStep || sum < 0 && h.misused(&h.shared) {
		fatalLeave(what)
	}
	return sum == -claimStep
}

// shut lets nobody enter any more, and returns how many are inside, after it has
// called first. If it was shut already it does nothing, and ok is false.
func (h *headcount) shut(what string, first func()) (inside int64, ok bool) {
	return h.shutBy(fenceOrStop, what, first)
}

// shutBy is shut by a fence, or what a test has instead.
func (h *headcount) shutBy(fence func(backend.Backend), what string, first func()) (inside int64, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !claimed(hiddenLoad(&h.shared)) {
		if first != nil {
			first()
		}
		inside, ok = h.closeGuard(fence, &h.shared, -claimStep)+claimStep, true
	}
	if inside < 0 {
		fatalLeave(what)
	}
	return inside, ok
}

// empty reports whether it is shut, and nobody is inside.
func (h *headcount) empty() bool { return hiddenLoad(&h.shared) == -claimStep }

// reopen lets everyone enter again, if it was shut and nobody is inside: then was is the
// shared word.
func (h *headcount) reopen(was int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count(0)
	return atomic.CompareAndSwapInt64(&h.shared, was, 0)
}

// inside returns how many are inside: exactly if nobody enters or leaves meanwhile.
func (h *headcount) inside() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	sum := hiddenLoad(&h.shared)
	if claimed(sum) {
		return int(sum + claimStep)
	}
	return max(0, int(sum+int64(h.cell.Cell().Sum())))
}

// turn makes entries count in the cell, if there is or can be one.
func (h *headcount) turn() {
	h.count(0) // so that it is tried again after as many, if it does not come to it
	if !h.hasCell() {
		h.attach(h.want)
	}
	if !h.hasCell() {
		return
	}
	raceDisable() // or one who enters would be ordered after another
	defer raceEnable()
	if h.mu.TryLock() { // else it is being shut
		if !claimed(hiddenLoad(&h.shared)) {
			h.openGuard()
		}
		h.mu.Unlock()
	}
}

// fatalLeave ends the program as fatalRUnlock does, after it has said why.
func fatalLeave(what string) {
	println("percpu:", what)
	fatalRUnlock()
}
