package rseqbackend

import (
	"errors"
	"runtime"
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
	overflows     atomic.Uint64
	failures      failures
}

// Name returns "rseq".
func (*Backend) Name() string { return Name }

// Memory returns the backend's memory.
func (b *Backend) Memory() *backend.Memory { return b.memory }

// Info returns what was decided for the process.
func (b *Backend) Info() Info { return b.info }

// The operations arrive here from the sections' slow paths, because the thread
// is new or can't commit, or from callers of the interface. What can be done in
// a section is sent there; the sections don't send it back unless it moves on
// its way to another thread.

// Add adds delta to the cell.
func (b *Backend) Add(c *backend.Cell, delta int64) {
	if b.enter() {
		c.Add(delta)
		return
	}
	backend.AtomicAdd(b.overflow(c), delta)
	runtime.KeepAlive(c)
}

// AddFloat64 adds delta to the cell, which holds float64s.
func (b *Backend) AddFloat64(c *backend.Cell, delta float64) {
	if b.enter() {
		c.AddFloat64(delta)
		return
	}
	backend.AtomicAddFloat64(b.overflow(c), delta)
	runtime.KeepAlive(c)
}

// CompareAndStore stores new into one slot's word if it is old.
func (b *Backend) CompareAndStore(c *backend.Cell, old, new uint64) bool {
	if b.enter() {
		return c.CompareAndStore(old, new)
	}
	defer runtime.KeepAlive(c)
	return backend.AtomicCompareAndStore(b.overflow(c), old, new)
}

// AddIfZero adds delta to the cell if the guard is zero. On a thread that can't
// commit it does not: on an overflow slot nothing could hold the guard still.
func (b *Backend) AddIfZero(g *backend.GuardedCell, delta int64) bool {
	return b.enter() && g.TryAdd(delta)
}

func (b *Backend) overflow(c *backend.Cell) *uint64 {
	b.overflows.Inc()
	return c.Word(b.info.Slots)
}

// Stats returns counts since the start of the process.
func (b *Backend) Stats() backend.Stats {
	mapped, inUse := b.areas.count()
	return backend.Stats{
		Registrations: b.registrations.Load(),
		Failures:      b.failures.counts(),
		FenceFailures: b.fences.failures.counts(),
		Overflows:     b.overflows.Load(),
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
