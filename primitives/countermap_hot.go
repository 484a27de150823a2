package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// hot is what a count has beside its word when it is used much: parts on the CPUs,
// in cell. They are closed by closing the guard, in one of two ways.
//
// Guarded parts are of a backend whose additions look at the guard as they commit:
// when a fence has passed nothing is added any more, and the sum is final.
//
// Swept parts are of atomic additions, which can't. Whoever has added to them looks
// at the guard again; if it is closed by then, what has just been added may have
// come too late for who closed it, or not. So both take what there is, one after
// the other, under mu: Cell.Take gives each addition to one of them. Who has added
// takes it to another count of the key.
type hot struct {
	cell    backend.GuardedCell // first: slow paths get its address
	owner   adder               // adds to the key what the parts have refused
	guarded bool                // one of these, but in neverHot
	swept   bool

	mu sync.Mutex // held to close the count, and to take from swept parts
}

// adder adds to a key what its hot parts have refused.
type adder interface{ again(delta int64) }

// addElsewhere is the slow path of additions to guarded parts, and of KeyCounters'
// to all.
func addElsewhere(w unsafe.Pointer, delta int64, owner unsafe.Pointer) bool {
	if h := (*hot)(w); !(h.swept && h.addSwept(delta)) && !h.cell.AddIfZeroSlow(delta) {
		(*(*adder)(owner)).again(delta)
	}
	return true
}

// addOrNot is a slow path for who knows another way.
func addOrNot(w unsafe.Pointer, delta int64, _ unsafe.Pointer) bool {
	return (*backend.GuardedCell)(w).AddIfZeroSlow(delta)
}

// addSwept adds to swept parts, and reports whether they were open.
func (h *hot) addSwept(delta int64) bool {
	if h.cell.Guard().Load() != 0 {
		return false
	}
	h.addThenLook(delta)
	return true
}

// addThenLook adds to swept parts that have been found open.
func (h *hot) addThenLook(delta int64) {
	h.cell.Cell().Add(delta)
	if h.cell.Guard().Load() != 0 {
		h.sweep()
	}
}

// sweep takes what swept parts hold to another count, or to the word, if that is
// still open. It is there when sweep returns, whoever has taken it.
func (h *hot) sweep() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := int64(h.cell.Cell().Take()); n != 0 {
		h.owner.again(n)
	}
}

// shut closes the guard of the count's parts, so that they refuse additions when
// the fence has passed, and reports whether it did.
func (e *keyCount) shut(next fence) bool {
	h := e.hot.Load()
	return h != nil && h != neverHot && h.cell.Guard().CompareAndSwap(0, uint64(next))
}

// final makes the parts refuse all additions and returns what they hold. The caller
// holds mu.
func (h *hot) final(heat *heater, passed fence) int64 {
	if g := h.cell.Guard(); passed == 0 || g.Load() != uint64(passed) {
		// No addition may be under way that has found the guard open.
		g.CompareAndSwap(0, uint64(newFence()))
		heat.fence()
	}
	if h.swept {
		return int64(h.cell.Cell().Take())
	}
	return int64(h.cell.Cell().Sum())
}

// fence is a name for a fence to come: a guard that holds it was closed before
// that fence.
type fence uint64

var fences atomic.Uint64

func newFence() fence { return fence(fences.Add(1)) }

// heater makes counts hot.
type heater struct {
	want  backend.Backend // of WithBackend, or nil
	state atomic.Int32
	use   backend.Backend // written before state becomes one of the last two
}

const (
	heatUnknown = iota // nothing was hot yet
	heatProbing        // somebody is finding out
	heatNone           // counts stay cold
	heatGuarded        // hot counts have guarded parts
	heatSwept          // or swept ones
)

// newHot returns parts for a count, or nil if there are none to be had. An addition
// to swept ones takes the same instruction as one to a count's word, so they are
// for where CPUs meet.
func (t *heater) newHot(met bool) *hot {
	state := t.state.Load()
	if state == heatUnknown && t.state.CompareAndSwap(heatUnknown, heatProbing) {
		state = t.probe()
	}
	if state != heatGuarded && !(state == heatSwept && met) {
		return nil
	}
	h := &hot{guarded: state == heatGuarded, swept: state == heatSwept}
	if h.cell.Cell().Attach(t.use) != nil {
		return nil
	}
	return h
}

// probe finds out how the backend can make counts hot, if there is one already.
// A backend's first fence may take a while; others who would
// like to know find heatProbing, and go on without. If the backend that was asked for
// can't be had it panics, and has found nothing out.
func (t *heater) probe() (state int32) {
	defer func() { t.state.Store(state) }()
	b, ok := wantedIfReady(t.want)
	if !ok {
		return heatUnknown
	}
	t.use = b
	if t.use.Fence(backend.AllSlots) != nil {
		return heatNone
	}
	if _, ok := t.use.(backend.AtomicSlotter); ok {
		return heatSwept
	}
	return heatGuarded
}

// fence sees that every addition to parts that has found its guard open has
// happened.
func (t *heater) fence() { fenceOrStop(t.use) }
