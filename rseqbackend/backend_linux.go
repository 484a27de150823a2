package rseqbackend

import (
	"errors"
	"strings"
	syncatomic "sync/atomic"

	"go.uber.org/atomic"
	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
)

// Backend is the process's rseq backend. Open returns it.
type Backend struct {
	info         Info
	anchorToArea int64                   // a thread's area is at its anchor plus this
	pageOffset   uint32                  // of areas
	keep         func(length uint32) int // package cgotls's, if areas are there
	memory       *backend.Memory
	areas        *areas
	fences       fences

	registrations atomic.Uint64
	failures      failures
}

// Name returns "rseq".
func (*Backend) Name() string { return Name }

// Memory returns the backend's memory.
func (b *Backend) Memory() *backend.Memory { return b.memory }

// Info returns what was decided for the process.
func (b *Backend) Info() Info { return b.info }

// The operations arrive here from the leaves' slow paths, because the thread is
// new, can't commit or was to yield, or from callers of the interface. Each tries
// the section once, if the thread can commit, and does not come back here.

// Add adds delta to the cell.
func (b *Backend) Add(c *backend.Cell, delta int64) {
	if b.enter() {
		c.SectionAdd(delta)
	} else {
		c.OverflowAdd(delta)
	}
}

// AddFloat64 adds delta to the cell, which holds float64s.
func (b *Backend) AddFloat64(c *backend.Cell, delta float64) {
	if b.enter() {
		c.SectionAddFloat64(delta)
	} else {
		c.OverflowAddFloat64(delta)
	}
}

// AddIfZero adds delta to the cell if the guard is zero. On a thread that can't
// commit it does not: on an overflow slot nothing could hold the guard still.
func (b *Backend) AddIfZero(g *backend.GuardedCell, delta int64) bool {
	return b.enter() && g.SectionAdd(delta)
}

// Take takes n from the cell if it holds that many and the guard is zero, on a thread
// that can commit.
func (b *Backend) Take(g *backend.GuardedCell, n int64) bool {
	return b.enter() && g.SectionTake(n)
}

// NextInBlock returns the cell's next number.
func (b *Backend) NextInBlock(g *backend.GuardedCell, block uint64) uint64 {
	if b.enter() {
		return g.SectionNextInBlock(block)
	}
	return g.LocalNextInBlock(block)
}

// Max makes the cell v if that is more.
func (b *Backend) Max(g *backend.GuardedCell, v uint64) {
	if b.enter() {
		g.SectionMax(v)
	} else {
		g.LocalMax(v)
	}
}

// Slot returns the index of the calling thread, or -1.
func (b *Backend) Slot() int {
	if b.enter() {
		if _, cpuID, index := asm.State(); cpuID >= 0 && b.inUse(index) {
			return int(index)
		}
	}
	return -1
}

// Stats returns counts since the start of the process.
func (b *Backend) Stats() backend.Stats {
	mapped, inUse := b.areas.count()
	return backend.Stats{
		Registrations: b.registrations.Load(),
		Failures:      b.failures.counts(),
		FenceFailures: b.fences.failures.counts(),
		Overflows:     b.memory.Overflows() + b.areas.overflows(),
		Areas:         uint64(mapped),
		AreasInUse:    uint64(inUse),
		Aborts:        syncatomic.LoadUint64(&asm.Injected.Aborts),
	}
}

// errnoName returns the symbol of the errno in err's chain.
func errnoName(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		if name := unix.ErrnoName(errno); name != "" {
			return name
		}
	}
	return strings.ReplaceAll(err.Error(), " ", "_")
}
