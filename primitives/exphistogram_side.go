package primitives

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// expSide is the buckets of one sign. Observations count in a layout: a row of
// cells for neighbouring buckets of one scale. When a value comes that has no
// place there, a new layout takes over, wide enough for all values so far
// and of a scale at which they fit.
//
// Nobody knows when the last observation in an old layout ends but the collector.
// Who observes holds the layout until it has counted; when nobody does any more it is
// unreachable, and its cleanup adds the counts, final now, to folded and forgets
// the cells. Until then they are part of every Snapshot.
type expSide struct {
	layout atomic.Pointer[expLayout] // the one to count in, or nil

	mu     sync.Mutex
	old    []*expCells // whose layouts may still be held
	folded []expCounts // of those that are not: one row, or none
	read   expRows     // by Snapshot, to be used again
	used   expRange    // all that is known to be, but for the last layout's
}

// expLayout is what observations hold.
type expLayout struct{ expCells }

// expCells are the cells of buckets offset, offset + 1 and so on, of indices at
// finestScale shifted to the right.
type expCells struct {
	shift, offset int32
	cells         []backend.Cell
}

// at returns the place of an index at finestScale, which may be none.
func (c *expCells) at(index int32) int { return int(index>>c.shift) - int(c.offset) }

// has reports whether there is a place for it.
func (c *expCells) has(index int32) bool { return uint(c.at(index)) < uint(len(c.cells)) }

// layoutFor returns a layout that has the bucket of an index at finestScale.
func (s *expSide) layoutFor(index int32, limits *expLimits) *expLayout {
	if l := s.layout.Load(); l != nil && l.has(index) {
		return l // a subnormal number, say
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.layout.Load()
	if l != nil && l.has(index) {
		return l // somebody else was faster
	}
	used, shift := s.used.with(index, index), limits.coarser
	if l != nil {
		shift = l.shift
		rows := expRows{l.read(nil)}
		used = used.and(rows.used())
	}
	n := limits.buckets()
	shift = used.fit(shift, n)
	next := &expLayout{expCells{shift, used.first>>shift - (n-used.span(shift))/2, make([]backend.Cell, n)}}
	if limits.backend != nil {
		for i := range next.cells { // without memory they work on one word each
			_ = next.cells[i].Attach(limits.backend)
		}
	}
	s.used = used
	s.layout.Store(next)
	if l != nil {
		cells := l.expCells
		s.old = append(s.old, &cells)
		runtime.AddCleanup(l, s.fold, &cells)
	}
	return next
}

// fold adds the counts of cells that nobody observes in any more to folded, and
// forgets them.
func (s *expSide) fold(cells *expCells) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.old, cells)
	s.old = slices.Delete(s.old, i, i+1)
	rows := append(expRows{cells.read(nil)}, s.folded...)
	if used := rows.used(); used.any {
		shift := rows.shift()
		var b ExpBuckets
		rows.write(shift, &b)
		s.folded = append(s.folded[:0], expCounts{shift, b.Offset, b.Counts})
	}
}

// load reads all that there is, with mu locked.
func (s *expSide) load() expRows {
	rows := s.read[:0]
	next := func(c *expCells) {
		var counts []uint64
		if n := len(rows); n < cap(rows) {
			counts = rows[:n+1][n].counts
		}
		rows = append(rows, c.read(counts))
	}
	for _, c := range s.old {
		next(c)
	}
	if l := s.layout.Load(); l != nil {
		next(&l.expCells)
	}
	s.read = rows
	return append(rows[:len(rows):len(rows)], s.folded...)
}

// read reads the cells, into counts if that is large enough.
func (c *expCells) read(counts []uint64) expCounts {
	counts = slices.Grow(counts[:0], len(c.cells))[:len(c.cells)]
	for i := range counts {
		counts[i] = c.cells[i].Sum()
	}
	return expCounts{c.shift, c.offset, counts}
}
