package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// headcount counts who is inside, of something that can be shut: of a Ref, a Gate,
// one half of a Sections. Its zero value is open, and nobody is inside.
//
// It counts partly in a cell, one slot for each CPU, and partly in a shared word; an
// entry and the leave that belongs to it may be counted in different places, and only
// the sum
//
//	the cell's + the shared word (+ ClaimStep while it is claimed)
//
// means something. Additions to the cell happen while there is one and the guard is
// zero. To shut it is to close the guard, to fence, and then, at one moment, to move
// the cell's sum to the shared word and claim that. From that moment the shared word
// alone counts, exactly, and is less than zero, so that each leave looks whether it
// was the last. How the fence pairs with the sections is written in rwmutex_slow.go,
// for writers and readers: shutting is what a writer does, entering what a reader.
//
// It begins without a cell, and has none as long as few enter: what is entered less
// than entriesToTurn times between two shuttings pays no fence for them, which would
// cost more than all of these together. So whoever shuts and opens often has what an
// atomic word has, and not less.
type headcount struct {
	cell backend.GuardedCell // must come first: slow paths get its address

	mu       sync.Mutex      // of who opens and closes the guard, and of claims
	closings uint32          // of the guard; under mu
	want     backend.Backend // WithBackend's; set before anyone else knows the headcount

	// shared is on no cache line that the cell or the guard is on: see RWMutex.
	_       [40 - 2*unsafe.Sizeof(uintptr(0))]byte
	shared  atomic.Int64
	entries uint32 // by the shared word, since it was opened; see due
}

var _ [unsafe.Offsetof(headcount{}.cell)]struct{} = [0]struct{}{}

// entriesToTurn is how many enter by the shared word before there is a cell, or the
// guard opens again.
const entriesToTurn = 1024

func (h *headcount) init(opts []Option) { h.want = collect(opts).backend }

func (h *headcount) hasCell() bool { return h.cell.Cell().Backend() != nil }

// enterShared enters by the shared word, which is what an atomic count does, as long as
// there is nothing else to do: no cell that is open, no turn that is due, no claim. It
// reports whether it has entered; if not, enterSlow looks at all that.
func (h *headcount) enterShared() bool {
	if raceEnabled || h.entries >= entriesToTurn-1 || h.cell.Guard().Load() == 0 && h.cell.Cell().Attached() {
		return false
	}
	h.entries++ // first: the cache line then stays here until the word has been swapped
	sum := h.shared.Load()
	return sum >= 0 && h.shared.CompareAndSwap(sum, sum+1)
}

// enterSlow goes on for an entry that a leaf could not count in the cell. It returns
// false if the headcount is shut, unless that doesn't matter.
func (h *headcount) enterSlow(evenIfShut bool) bool {
	guard := hiddenGuard(&h.cell)
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
		raceDisable()
		h.shared.Add(1)
		raceEnable()
		return true
	}
	raceDisable()
	sum := h.shared.Load()
	for !backend.Claimed(sum) && !h.shared.CompareAndSwap(sum, sum+1) {
		sum = h.shared.Load()
	}
	raceEnable()
	return !backend.Claimed(sum)
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
	switch {
	case sum >= 0:
	case backend.Claimed(sum):
		if sum < -backend.ClaimStep {
			fatalLeave(what)
		}
		return sum == -backend.ClaimStep
	default:
		h.negative(what)
	}
	return false
}

// negative looks whether a shared word less than zero is misuse: see RWMutex.negative.
func (h *headcount) negative(what string) {
	guard := h.cell.Guard()
	before := guard.Load()
	exact := settled(before) || before == 0 && !h.hasCell()
	if sum := h.shared.Load(); !exact || sum >= 0 || backend.Claimed(sum) {
		return
	}
	if guard.Load() == before && (before != 0 || !h.hasCell()) {
		fatalLeave(what)
	}
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
	if backend.Claimed(h.shared.Load()) {
		return 0, false
	}
	if first != nil {
		first()
	}
	var sum int64
	guard := h.cell.Guard()
	wasOpen := guard.Load() == 0 && h.hasCell()
	if wasOpen {
		if h.closings++; h.closings == 0 { // it has wrapped around, and 0 closes nothing
			h.closings++
		}
		guard.Store(closing(h.closings))
		fence(h.cell.Cell().Backend())
		sum = int64(h.cell.Cell().Take())
	}
	inside = h.shared.Add(sum-backend.ClaimStep) + backend.ClaimStep
	if wasOpen {
		guard.Store(closing(h.closings) | 1) // the shared word is exact from here on
	}
	if inside < 0 {
		fatalLeave(what)
	}
	return inside, true
}

// empty reports whether it is shut, and nobody is inside.
func (h *headcount) empty() bool { return h.shared.Load() == -backend.ClaimStep }

// reopen lets everyone enter again, if it was shut and nobody is inside: then was is the
// shared word.
func (h *headcount) reopen(was int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count(0)
	return h.shared.CompareAndSwap(was, 0)
}

// inside returns how many are inside: exactly if nobody enters or leaves meanwhile.
func (h *headcount) inside() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	sum := h.shared.Load()
	if backend.Claimed(sum) {
		return int(sum + backend.ClaimStep)
	}
	return max(0, int(sum+int64(h.cell.Cell().Sum())))
}

// turn makes entries count in the cell, if there is or can be one.
func (h *headcount) turn() {
	h.count(0) // so that it is tried again after as many, if it does not come to it
	if !h.hasCell() {
		h.attach()
	}
	if !h.hasCell() {
		return
	}
	raceDisable() // or one who enters would be ordered after another
	defer raceEnable()
	if h.mu.TryLock() { // else it is being shut
		if !backend.Claimed(h.shared.Load()) {
			h.cell.Guard().Store(0)
		}
		h.mu.Unlock()
	}
}

// attach gives it a cell, behind a closed guard, as RWMutex.attach does.
func (h *headcount) attach() {
	b, ready := h.want, true
	if b == nil {
		b, ready = defaultIfReady()
	}
	if !ready {
		return
	}
	can, known := canGuard(b)
	if !known {
		return
	}
	if h.beginAttach() && (!can || fenceAll(b) != nil || h.cell.Cell().Attach(b) != nil) {
		h.cell.Guard().Store(closedForEver)
	}
}

// beginAttach closes the guard, before there is a cell, for the one who makes that. The
// guard is zero also when others have attached the cell and opened it meanwhile, and
// count there: that must not be closed here.
func (h *headcount) beginAttach() (first bool) {
	raceDisable() // or one who enters would be ordered after another
	defer raceEnable()
	if !h.mu.TryLock() {
		return false
	}
	defer h.mu.Unlock()
	return !h.hasCell() && h.cell.Guard().CompareAndSwap(0, neverOpened)
}

// fatalLeave ends the program as fatalRUnlock does, after it has said why.
func fatalLeave(what string) {
	println("percpu:", what)
	fatalRUnlock()
}
