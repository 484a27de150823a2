package primitives

import (
	"math"
	"sync"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// A Max is the largest of the float64s that many goroutines have seen: of latencies,
// of sizes. It replaces a compare-and-swap loop on one word, where numbers rise or are
// taken out often, as by an exporter, so that many goroutines write it at once.
//
// The zero value has seen nothing, and is ready, on the default backend. A Max must not
// be copied after first use. It costs 40 bytes, and 8 on each CPU that uses it.
//
// In the terminology of the Go memory model Observe and Reset are writes, Load and
// Reset are reads, and none synchronizes: an Observe that happens before a Load is
// seen by it. Infinities are numbers as others are; a NaN is not seen.
type Max struct {
	_    noCopy
	cell backend.GuardedCell // first: slow paths get its address
	mu   sync.Mutex          // held to attach, and by Reset
}

// NewMax returns a Max that has seen nothing.
func NewMax(opts ...Option) *Max {
	m := new(Max)
	if b := collect(opts).backend; b != nil {
		m.attach(b)
	}
	return m
}

// Observe makes v the largest number, if it is.
func (m *Max) Observe(v float64) {
	if v == v {
		m.cell.Max(rank(v), maxSlow)
	}
}

// Load returns the largest number since the last Reset, or false if there was none.
// While a Reset is under way it may miss some of what that returns. It visits every
// CPU's part.
func (m *Max) Load() (largest float64, ok bool) { return unrank(m.cell.Largest()) }

// Reset returns what Load does, and forgets it: what is observed counts for exactly
// one Reset, or is still there. It costs a fence.
func (m *Max) Reset() (largest float64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var r uint64
	m.cell.Drain(func(word uint64) { r = max(r, word) })
	m.cell.Guard().Store(0)
	return unrank(r)
}

func maxSlow(w unsafe.Pointer, v uint64) {
	m := (*Max)(w)
	if m.cell.Cell().Backend() == nil {
		if b, ok := defaultIfReady(); ok {
			m.attach(b)
		}
	}
	m.cell.MaxSlow(v)
}

// attach gives m its cell, unless a Reset is under way: there is a next time. It must
// be possible to drain it.
func (m *Max) attach(b backend.Backend) {
	if m.mu.TryLock() {
		defer m.mu.Unlock()
		if !takes(b) || fenceAll(b) == nil {
			_ = m.cell.Cell().Attach(b) // without memory it works on one word
		}
	}
}

// rank returns the place of a number among all float64s, as an integer that is not 0.
func rank(v float64) uint64 {
	bits := math.Float64bits(v)
	return bits ^ (uint64(int64(bits)>>63) | 1<<63)
}

func unrank(r uint64) (v float64, ok bool) {
	if r == 0 {
		return 0, false
	}
	return math.Float64frombits(r ^ (uint64(^int64(r)>>63) | 1<<63)), true
}
