package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// turnable is what a RWMutex and a headcount have in common: they count those inside in
// a shared word, and when they have turned partly in a cell, one slot for each CPU. An
// entry and the leave that belongs to it may be counted in different places, and only
// the sum
//
//	the cell's + the shared word (+ what was taken from that to claim it)
//
// means something. Additions to the cell happen while there is one and the guard is
// zero. Who is to know exactly closes the guard, fences, and moves the cell's sum to the
// shared word, which from then on alone counts, as it does as long as there is no cell.
// How the fence pairs with the sections is written in rwmutex_slow.go.
type turnable struct {
	// It must come first: who enters or leaves loads its word, see backend.Step. Where
	// no section could add to it, because the guard is closed or there is none, that
	// says so.
	cell backend.GuardedCell

	mu       sync.Mutex // of who opens and closes the guard, and of claims
	closings uint32     // of the guard; under mu
}

var _ [unsafe.Offsetof(turnable{}.cell)]struct{} = [0]struct{}{}

// The guard's values: zero, or twice the number of the closing, plus 1 when no
// addition to the cell is under way and none will come. A value is never used
// again, but for the last two.
const (
	neverOpened   = 1         // there is no cell yet, or it is not used yet
	closedForEver = 1<<64 - 1 // there will be no cell
	unclaimed     = 1<<64 - 3 // of a RWMutex: nor is the shared word claimed as long as this stands here
)

func closing(number uint32) uint64 { return uint64(number) << 1 }
func settled(guard uint64) bool    { return guard&1 != 0 }

// claimStep is more than a shared word ever counts: claiming it is subtracting that, and
// unclaiming adding it.
const claimStep = 1 << 32

// claimed reports whether a shared word is claimed: whoever enters waits, or goes away.
func claimed(shared int64) bool { return shared < -claimStep/2 }

// heldClaims is a shared word that was claimed once more, when nobody was inside any
// more: by the writer who has the lock, or for an end.
const heldClaims = 2 * claimStep

func held(shared int64) bool { return shared < -heldClaims+claimStep/2 }

// addUnlessClaimed enters by a shared word, and reports whether it could.
func addUnlessClaimed(shared *int64) bool {
	for {
		sum := hiddenLoad(shared)
		if claimed(sum) {
			return false
		}
		if hiddenSwap(shared, sum, sum+1) {
			return true
		}
	}
}

func (t *turnable) hasCell() bool { return t.cell.Cell().Backend() != nil }

// isOpen reports whether the cell may be added to. Only with mu locked.
func (t *turnable) isOpen() bool { return t.cell.Guard().Load() == 0 && t.hasCell() }

// word returns the cell's word, which the race detector need not know of.
//
//go:norace
func (t *turnable) word() int64 { return *(*int64)(unsafe.Pointer(t)) }

// attach gives it a cell, behind a closed guard, if there is a backend yet that has what
// it takes, and sees to it that nobody tries again if there never will be. The caller
// holds nothing: selecting a backend may panic, memory and a fence may take their time,
// and others need not wait for that.
func (t *turnable) attach(want backend.Backend) {
	b, ready := wantedIfReady(want)
	if !ready {
		return
	}
	// From here on the guard is closed, which nobody notices as long as there is
	// no cell. The fence keeps a section from seeing the cell, but the guard as it was
	// before: after it none is under way that has loaded zero.
	if t.beginAttach() && (b.Memory().Geometry().Leaf != backend.LeafRseq || fenceAll(b) != nil || t.cell.AttachHidden(b) != nil) {
		t.cell.Guard().Store(closedForEver)
	}
}

// beginAttach closes the guard, before there is a cell, for the one who makes that. The
// guard is zero also when others have attached the cell and opened it meanwhile, and
// count there: that must not be closed here, where nobody sums it.
func (t *turnable) beginAttach() (first bool) {
	raceDisable() // or one who enters would be ordered after another
	defer raceEnable()
	if !t.mu.TryLock() {
		return false // a writer, or someone else who opens or attaches
	}
	defer t.mu.Unlock()
	return !t.hasCell() && t.cell.Guard().CompareAndSwap(0, neverOpened)
}

// openGuard opens the guard of the cell that there is. Only with mu locked.
func (t *turnable) openGuard() {
	t.cell.Show()
	t.cell.Guard().Store(0)
}

// closeGuard closes the guard, by that fence, if it is open; from then on the shared word
// alone counts. At the moment in which that becomes so it adds claim to that, too, to claim
// it, and it returns what the word then is. Only with mu locked. If the fence panics the
// guard is open as before.
func (t *turnable) closeGuard(fence func(backend.Backend), shared *int64, claim int64) (sum int64) {
	if !t.isOpen() {
		return hiddenAdd(shared, claim)
	}
	guard := t.cell.Guard()
	closed := false
	defer func() {
		if !closed {
			guard.Store(0)
		}
	}()
	if t.closings++; t.closings == 0 { // it has wrapped around, and 0 closes nothing
		t.closings++
	}
	guard.Store(closing(t.closings))
	fence(t.cell.Cell().Backend())
	sum = hiddenAdd(shared, int64(t.cell.Cell().Take())+claim)
	guard.Store(closing(t.closings) | 1)
	t.cell.Hide()
	closed = true
	return sum
}

// misused looks whether a shared word that was found less than zero is misuse. It is
// while it holds all that is counted: without a cell, and while the guard is closed.
func (t *turnable) misused(shared *int64) bool {
	before := t.hiddenGuard()
	exact := settled(before) || before == 0 && !t.hasCell()
	if sum := hiddenLoad(shared); !exact || sum >= 0 || claimed(sum) {
		return false
	}
	// Guard values are never used again: it has been closed all the time.
	return t.hiddenGuard() == before && (before != 0 || !t.hasCell())
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

// hiddenAdd adds to a word that all who enter add to. To the race detector that would
// order one after another, which nobody promises, and so hide races between them. The
// others do likewise.
func hiddenAdd(word *int64, delta int64) (sum int64) {
	raceDisable()
	sum = atomic.AddInt64(word, delta)
	raceEnable()
	return sum
}

func hiddenLoad(word *int64) (value int64) {
	raceDisable()
	value = atomic.LoadInt64(word)
	raceEnable()
	return value
}

func hiddenSwap(word *int64, old, new int64) (swapped bool) {
	raceDisable()
	swapped = atomic.CompareAndSwapInt64(word, old, new)
	raceEnable()
	return swapped
}

// hiddenGuard returns what the guard holds.
func (t *turnable) hiddenGuard() uint64 {
	raceDisable()
	guard := t.cell.Guard().Load()
	raceEnable()
	return guard
}
