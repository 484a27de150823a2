package primitives

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
)

// keyCount is a key's counter in a CounterMap. Its value is word, and the parts of
// hot if there are any.
//
// It begins cold: one word, changed by compare-and-swap, because that can refuse:
// a word that holds sealed takes no additions. So a cold entry is deleted by an
// exchange, whose result is final.
//
//	word       hot         state
//	a number   nil         cold
//	a number   neverHot    cold, about to be closed
//	sealed     neverHot    closed
//	a number   a hot       hot, or about to be closed
//	sealed     a hot       closed, or wide; hot.closed says which
//
// All 64 bits of a number are in use, and sealed is one of the numbers. A word
// that would come to hold it is given up, and hot.value, under a mutex, takes its
// place: the entry is wide, and remains so.
type keyCount struct {
	word atomic.Uint64
	hot  atomic.Pointer[hot] // set once
}

const sealed = 1 << 63 // as an int64 the number farthest from 0

// neverHot has no parts and refuses all.
var neverHot = new(hot)

// init makes a new count n.
func (e *keyCount) init(n uint64) {
	e.word.Store(n)
	if n == sealed {
		e.hot.Store(&hot{value: n})
	}
}

// hotAfter is about how many additions make an entry hot. A power of two.
const hotAfter = 1024

// outcome is what came of an addition.
type outcome int

const (
	refused   outcome = iota // the count is closed
	notYet                   // another CPU came between; the count should be hot
	added                    //
	addedMany                // so many that the count should be hot
)

// addCold is the usual case of add for a cold entry, and reports whether it was
// that.
func (e *keyCount) addCold(delta uint64) bool {
	old := e.word.Load()
	sum := old + delta
	return old != sealed && sum != sealed && (old+hotAfter/2)^(sum+hotAfter/2) < hotAfter && e.word.CompareAndSwap(old, sum)
}

// add adds delta to the word, or to the words of the CPUs.
func (e *keyCount) add(delta uint64) outcome {
	h := e.hot.Load()
	if h != nil && h.words != nil && h.addToWord(delta) {
		return added
	}
	for {
		old := e.word.Load()
		sum := old + delta
		switch {
		case old == sealed || sum == sealed:
			if e.addWide(delta) {
				return added
			}
			return refused
		case !e.word.CompareAndSwap(old, sum):
			if h == nil {
				return notYet
			}
		// Numbers that are hotAfter/2 away from 0, and hotAfter from there, are
		// where small steps have been many.
		case h == nil && (old+hotAfter/2)^(sum+hotAfter/2) >= hotAfter && oneIn(delta):
			return addedMany
		default:
			return added
		}
	}
}

// oneIn returns true once in as many calls as one would expect steps of delta to
// make so little way that hotAfter of them were a step over a multiple of
// hotAfter each.
func oneIn(delta uint64) bool {
	size := min(delta, -delta)
	return size <= 1 || rand.Uint64N(min(size, hotAfter)) == 0
}

// addWide adds to an entry whose word is or would be sealed.
func (e *keyCount) addWide(delta uint64) bool {
	e.hot.CompareAndSwap(nil, new(hot))
	h := e.hot.Load()
	if h == neverHot {
		// Whoever stored that is about to seal the word, or has done so. Until
		// then there can't be a new entry.
		for e.word.Load() != sealed {
			runtime.Gosched()
		}
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.takeWord(e)
	h.value += delta
	return true
}

// takeWord seals the word and moves what it held into value. The caller holds
// mu.
func (h *hot) takeWord(e *keyCount) {
	if n := e.word.Swap(sealed); n != sealed {
		h.value += n
	}
}

// load returns the value, and whether the entry is open.
func (e *keyCount) load() (n uint64, open bool) {
	n = e.word.Load()
	h := e.hot.Load()
	switch {
	case n == sealed && h == neverHot:
		return 0, false
	case n == sealed:
		return h.load(e)
	case h == nil || h == neverHot:
		return n, true
	}
	sum, ok := h.sum()
	if !ok {
		return h.load(e)
	}
	return n + sum, true
}

// shut closes the guard of the entry's parts, so that they refuse additions when
// the fence has passed, and reports whether it did.
func (e *keyCount) shut(next fence) bool {
	h := e.hot.Load()
	return h != nil && h.guarded && h.cell.Guard().CompareAndSwap(0, uint64(next))
}

// close makes the entry refuse all additions, and returns what it has counted;
// ok is false if an earlier call has returned that. The moment when this happens
// is that when the word is sealed, or for a wide entry when closed is set: until
// then nobody has seen it refuse for good, since who is refused by the parts goes
// to the word, and who finds the word sealed waits for mu. Passed is a fence that
// has passed since shut got it, or 0.
func (e *keyCount) close(heat *heater, passed fence) (final uint64, ok bool) {
	e.hot.CompareAndSwap(nil, neverHot)
	h := e.hot.Load()
	if h == neverHot {
		n := e.word.Swap(sealed)
		if n == sealed {
			return 0, false
		}
		return n, true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, false
	}
	h.shutParts(heat, passed)
	h.takeWord(e)
	h.closed = true
	return h.value, true
}
