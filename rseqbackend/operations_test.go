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
	{"Enter and Leave", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := guarded(t, b)
		var rest atomic.Int64
		add := func(delta int64) {
			// That many times both, and the balance, which would take too long, as it is.
			for range min(max(delta, -delta), 3) {
				g.Enter(entered)
				g.Leave(left)
			}
			g.Enter(entered)
			rest.Add(delta - 1)
		}
		return add, func() int64 { return int64(g.Cell().Sum()) + g.Shared().Load() + rest.Load() }
	}},
}

func addToRest(w unsafe.Pointer, delta int64, rest unsafe.Pointer) bool {
	if !(*backend.GuardedCell)(w).AddIfZeroSlow(delta) {
		(*atomic.Int64)(rest).Add(delta)
	}
	return true
}

func entered(w unsafe.Pointer, sum int64) {
	if sum == backend.NotAdded {
		(*backend.GuardedCell)(w).EnterSlow()
	}
}

func left(w unsafe.Pointer, sum int64) {
	if sum == backend.NotAdded {
		(*backend.GuardedCell)(w).LeaveSlow()
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

// guarded returns a cell whose guard opens and closes, with a fence, until the
// test ends.
func guarded(t *testing.T, b *Backend) *backend.GuardedCell {
	t.Helper()
	g := new(backend.GuardedCell)
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
	return g
}
