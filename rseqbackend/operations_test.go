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
	{"CompareAndStore", 4, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		c := attached(t, b)
		return func(delta int64) { addByCompareAndStore(c, delta) }, func() int64 { return int64(c.Sum()) }
	}},
	{"AddIfZero", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := guarded(t, b)
		var rest atomic.Int64
		add := func(delta int64) {
			if !g.TryAdd(delta) {
				rest.Add(delta)
			}
		}
		return add, func() int64 { return int64(g.Cell().Sum()) + rest.Load() }
	}},
	{"AddOrShare", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := guarded(t, b)
		return g.AddOrShare, func() int64 { return int64(g.Cell().Sum()) + g.Shared().Load() }
	}},
	{"AddOrElse", 2, func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := guarded(t, b)
		rest := new(atomic.Int64)
		return func(delta int64) { g.AddOrElse(delta, unsafe.Pointer(rest)) }, func() int64 { return int64(g.Cell().Sum()) + rest.Load() }
	}},
}

func init() {
	shareAll := func(g *backend.GuardedCell, delta int64) { g.Shared().Add(delta) }
	nothing := func(*backend.GuardedCell, int64) {}
	backend.HandleElse(func(_ *backend.GuardedCell, delta int64, rest unsafe.Pointer) { (*atomic.Int64)(rest).Add(delta) })
	backend.HandleShared(backend.SharedHandler{Slow: shareAll, Claimed: nothing, Negative: nothing})
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

// addByCompareAndStore adds delta to some slot: it guesses a slot's value until
// it has guessed the right slot at the right time.
func addByCompareAndStore(c *backend.Cell, delta int64) {
	for s := 0; ; s = (s + 1) % c.Backend().Memory().Geometry().Words() {
		old := atomic.LoadUint64(c.Word(s))
		if c.CompareAndStore(old, old+uint64(delta)) {
			return
		}
	}
}
