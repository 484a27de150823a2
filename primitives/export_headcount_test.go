package primitives

import (
	"sync/atomic"
	"unsafe"
)

// What black-box tests need to know of a headcount.

func (h *headcount) open() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.isOpen()
}

// eager makes the next entry that is counted in the shared word the last that is.
func (h *headcount) eager() { h.count(entriesToTurn - 1) }

// Open reports whether entries are counted in the CPUs' parts.
func (r *Ref) Open() bool      { return r.in.open() }
func (g *Gate) Open() bool     { return g.in.open() }
func (s *Sections) Open() bool { return s.counting().in.open() }

// Eager makes the next entry turn to the CPUs' parts, if it can.
func (r *Ref) Eager()  { r.in.eager() }
func (g *Gate) Eager() { g.in.eager() }
func (s *Sections) Eager() {
	s.parts[0].in.eager()
	s.parts[1].in.eager()
}

// Attempts returns how often it was tried to synchronize.
func (s *Sections) Attempts() uint64 { return s.starts.Load() }

// Half tells which part counts: each attempt that gets so far changes it.
func (s *Sections) Half() uintptr { return atomic.LoadUintptr(&s.now) }

// Waiters returns how many wait for somebody else's attempt.
func (s *Sections) Waiters() int {
	s.free.mu.Lock()
	defer s.free.mu.Unlock()
	return len(s.free.waiting)
}

// SharedDistances returns how far the shared words of headcounts are from their guards.
func SharedDistances() (distances []uintptr) {
	for _, h := range []*headcount{&new(Ref).in, &new(Gate).in, &new(Sections).parts[0].in, &new(Sections).parts[1].in} {
		distances = append(distances, h.distance(&h.shared))
	}
	return distances
}

func (t *turnable) distance(shared *int64) uintptr {
	return uintptr(unsafe.Pointer(shared)) - uintptr(unsafe.Pointer(t.cell.Guard()))
}

const EntriesToTurn = entriesToTurn

// InitRef makes a Ref that is part of something one on the option's backend.
func InitRef(r *Ref, opt Option) { r.in.init([]Option{opt}) }

// AttachLate does what one who enters does that has found no cell, and comes to make one
// when others have.
func (r *Ref) AttachLate() { r.in.attach(r.in.want) }
