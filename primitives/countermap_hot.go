package primitives

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// hot is what an entry has beside its word when it is used much: parts on the
// CPUs. They are cell if the backend can add under a guard, and closing it is to
// close the guard and wait for a fence; or words, changed by compare-and-swap and
// closed one by one as the entry's own word is.
type hot struct {
	cell    backend.GuardedCell
	owner   adder // adds what cell has refused
	guarded bool  // whether there is cell
	words   *backend.Cell
	slot    backend.AtomicSlotter // of words

	mu     sync.Mutex
	closed bool   // under mu: nothing is added any more, and value is final
	value  uint64 // under mu: what was in words that are sealed
}

// adder adds to a key what its hot parts have refused.
type adder interface{ again(delta int64) }

// addElsewhere is the slow path of additions to hot parts.
func addElsewhere(w unsafe.Pointer, delta int64, owner unsafe.Pointer) bool {
	if !(*backend.GuardedCell)(w).AddIfZeroSlow(delta) {
		(*(*adder)(owner)).again(delta)
	}
	return true
}

// addToWord adds delta to the word of the slot that the caller is on, and reports
// whether that took it.
func (h *hot) addToWord(delta uint64) bool {
	w := h.words.Word(h.slot.AtomicSlot())
	for {
		old := atomic.LoadUint64(w)
		sum := old + delta
		done := old != sealed && sum != sealed && atomic.CompareAndSwapUint64(w, old, sum)
		if done || old == sealed || sum == sealed {
			runtime.KeepAlive(h)
			return done
		}
	}
}

// sum returns what the parts hold. It fails if they are being closed.
func (h *hot) sum() (n uint64, ok bool) {
	if h.words == nil {
		return h.cell.Cell().Sum(), true
	}
	for s := range h.slots() {
		w := atomic.LoadUint64(h.words.Word(s))
		if w == sealed {
			return 0, false
		}
		n += w
	}
	runtime.KeepAlive(h)
	return n, true
}

func (h *hot) slots() int { return h.words.Backend().Memory().Geometry().Words() }

// load is keyCount.load for an entry whose word is or may be sealed.
func (h *hot) load(e *keyCount) (n uint64, open bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, false
	}
	if w := e.word.Load(); w != sealed {
		n = w
	}
	sum, _ := h.sum()
	return n + h.value + sum, true
}

// shutParts makes the parts refuse all additions and moves what they held into
// value. The caller holds mu.
func (h *hot) shutParts(heat *heater, passed fence) {
	if h.words != nil {
		for s := range h.slots() {
			if n := atomic.SwapUint64(h.words.Word(s), sealed); n != sealed {
				h.value += n
			}
		}
		runtime.KeepAlive(h)
		return
	}
	if g := h.cell.Guard(); h.guarded && (passed == 0 || g.Load() != uint64(passed)) {
		// No addition may be under way that has found the guard open.
		g.CompareAndSwap(0, uint64(newFence()))
		heat.fence()
	}
	h.value += h.cell.Cell().Sum()
}

// fence is a name for a fence to come: a guard that holds it was closed before
// that fence.
type fence uint64

var fences atomic.Uint64

func newFence() fence { return fence(fences.Add(1)) }

// heater makes entries hot.
type heater struct {
	want  backend.Backend // of WithBackend, or nil
	state atomic.Int32
	use   backend.Backend // written before state becomes one of the last two
}

const (
	heatUnknown = iota // nothing was hot yet
	heatProbing        // somebody is finding out
	heatNone           // entries stay cold
	heatGuarded        // hot entries have guarded cells
	heatAtomic         // or words
)

// newHot returns parts for a count, or nil if there are none to be had. Words take
// the same instruction as a count's own, so they are for where CPUs meet.
func (t *heater) newHot(contended bool) *hot {
	state := t.state.Load()
	if state == heatUnknown && t.state.CompareAndSwap(heatUnknown, heatProbing) {
		state = t.probe()
	}
	if state == heatAtomic && !contended {
		return nil
	}
	h := new(hot)
	switch state {
	case heatGuarded:
		if h.cell.Cell().Attach(t.use) == nil {
			h.guarded = true
			return h
		}
	case heatAtomic:
		h.words, h.slot = new(backend.Cell), t.use.(backend.AtomicSlotter)
		if h.words.Attach(t.use) == nil {
			return h
		}
	}
	return nil
}

// probe finds out how the backend can make entries hot, if there is one already.
// The first fence of a process may take the kernel milliseconds; others who would
// like to know find heatProbing, and go on without. If the backend that was asked for
// can't be had it panics, and has found nothing out.
func (t *heater) probe() (state int32) {
	defer func() { t.state.Store(state) }()
	t.use = t.want
	if t.use == nil {
		b, ok := defaultIfReady()
		if !ok {
			return heatUnknown
		}
		t.use = b
	}
	if _, ok := t.use.(backend.AtomicSlotter); ok {
		return heatAtomic
	}
	if t.use.Fence(backend.AllSlots) == nil {
		return heatGuarded
	}
	return heatNone
}

// fence sees that every addition to parts that has found its guard open has
// happened. A backend has granted a fence before; should it refuse another one, as
// when a filter has come meanwhile, the world is stopped instead: an addition is a
// section or a leaf of the backend's, in which no goroutine can be stopped, so when
// all have been, it has been made, or will look at the guard again.
func (t *heater) fence() {
	if t.use.Fence(backend.AllSlots) != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
	}
}
