package rseqbackend

import (
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// operation is one of the backend's operations as a stress test sees it: begin
// returns an addition made of it, and the sum.
type operation struct {
	name  string
	share int // of the adds that a test makes of Add: 1/share
	begin func(t *testing.T, b *Backend) (add func(delta int64), sum func() int64)
}

var operations = []operation{
	{"Add", 1, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		c := attached(t, b)
		return c.Add, func() int64 { return int64(c.Sum()) }
	}},
	{"AddFloat64", 4, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		c := attached(t, b)
		return func(delta int64) { c.AddFloat64(float64(delta)) }, func() int64 { return int64(c.SumFloat64()) }
	}},
	{"AddIfZero", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := guarded(t, b)
		rest := new(atomic.Int64)
		add := func(delta int64) { g.AddIfZero(delta, unsafe.Pointer(rest), addToRest) }
		return add, func() int64 { return int64(g.Cell().Sum()) + rest.Load() }
	}},
	{"Step and Leave", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := new(gate)
		openAndClose(t, b, &g.cell)
		var rest atomic.Int64
		add := func(delta int64) {
			// A few times both, and once more one of them; what is missing is added elsewhere.
			for range min(max(delta, -delta), 3) {
				g.enter()
				g.cell.Leave(&g.shared, left)
			}
			g.enter()
			rest.Add(delta - 1)
		}
		return add, func() int64 { return int64(g.cell.Cell().Sum()) + atomic.LoadInt64(&g.shared) + rest.Load() }
	}},
	{"Take", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		return takeAndPut(guarded(t, b))
	}},
	{"NextInBlock", 8, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := new(backend.GuardedCell)
		attach(t, g.Cell(), b)
		seen := make([]atomic.Uint64, 1<<21)
		var blocks, sum, twice atomic.Int64
		add := func(delta int64) {
			id := g.NextInBlock(0, nextSlow)
			if id == 0 {
				id = g.NextInBlockSlow(uint64(blocks.Add(1)) * backend.BlockLen)
			}
			if bit := uint64(1) << (id % 64); seen[id/64].Or(bit)&bit != 0 {
				twice.Add(1)
			}
			sum.Add(delta)
		}
		return add, func() int64 { return sum.Load() - twice.Load() }
	}},
	{"Max", 8, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := new(backend.GuardedCell)
		attach(t, g.Cell(), b)
		var last, done, sum, forgotten atomic.Int64
		add := func(delta int64) {
			least, v := done.Load(), last.Add(1)
			g.Max(uint64(v), maxSlow)
			if int64(g.Largest()) < max(least, v) {
				forgotten.Add(1)
			}
			backend.AtomicMax((*uint64)(unsafe.Pointer(&done)), uint64(v))
			sum.Add(delta)
		}
		return add, func() int64 { return sum.Load() - forgotten.Load() }
	}},
	{"Observe", 2, observeInTurns},
}

func takeAndPut(g *backend.GuardedCell) (add func(int64), sum func() int64) {
	rest := new(atomic.Int64)
	add = func(delta int64) {
		if !g.Take(-delta, takeSlow) { // not as much there, or closed
			rest.Add(delta)
		}
	}
	return add, func() int64 { return int64(g.Cell().Sum()) + rest.Load() }
}

func takeSlow(w unsafe.Pointer, n int64) bool {
	return (*backend.GuardedCell)(w).TakeSlow(n)
}

func nextSlow(w unsafe.Pointer, block uint64) uint64 {
	return (*backend.GuardedCell)(w).NextInBlockSlow(block)
}

func maxSlow(w unsafe.Pointer, v uint64) { (*backend.GuardedCell)(w).MaxSlow(v) }

// gate counts those who are in.
type gate struct {
	cell   backend.GuardedCell // first: slow paths get its address
	shared int64
}

func addToRest(w unsafe.Pointer, delta int64, rest unsafe.Pointer) bool {
	if !(*backend.GuardedCell)(w).AddIfZeroSlow(delta) {
		(*atomic.Int64)(rest).Add(delta)
	}
	return true
}

func (g *gate) enter() {
	step(unsafe.Pointer(g), atomic.LoadInt64((*int64)(unsafe.Pointer(g))))
}

var step = backend.NewStep(1, stepSlow)

func stepSlow(w unsafe.Pointer, _ int64) bool {
	g := (*gate)(w)
	if !g.cell.AddIfZeroSlow(1) {
		atomic.AddInt64(&g.shared, 1)
	}
	return true
}

func left(w unsafe.Pointer, sum int64) {
	if g := (*gate)(w); sum == backend.NotAdded {
		g.cell.LeaveSlow(&g.shared)
	}
}

func attached(t *testing.T, b *Backend) *backend.Cell {
	t.Helper()
	c := new(backend.Cell)
	attach(t, c, b)
	return c
}

func attach(t *testing.T, c *backend.Cell, b *Backend) {
	t.Helper()
	if err := c.Attach(b); err != nil {
		t.Fatal(err)
	}
}

// guarded returns a cell that openAndClose has.
func guarded(t *testing.T, b *Backend) *backend.GuardedCell {
	t.Helper()
	g := new(backend.GuardedCell)
	openAndClose(t, b, g)
	return g
}

// openAndClose attaches a cell, and opens and closes its guard, with a fence, until
// the test ends.
func openAndClose(t *testing.T, b *Backend, g *backend.GuardedCell) {
	t.Helper()
	attach(t, g.Cell(), b)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
			}
			g.Guard().Store(1)
			if err := b.Fence(backend.AllSlots); err != nil {
				t.Error(err)
			}
			before := g.Cell().Sum()
			time.Sleep(10 * time.Microsecond)
			if after := g.Cell().Sum(); after != before {
				t.Errorf("%d became %d though the guard was closed and a fence passed", before, after)
			}
			g.Guard().Store(0)
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped })
}
