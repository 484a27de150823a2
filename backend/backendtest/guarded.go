package backendtest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

func newGuarded(b backend.Backend) (*backend.GuardedCell, error) {
	g := new(backend.GuardedCell)
	return g, g.Cell().Attach(b)
}

// tryAdd adds through the leaf, if there is one.
func tryAdd(g *backend.GuardedCell, delta int64) bool {
	return g.AddIfZero(delta, nil, func(w unsafe.Pointer, delta int64, _ unsafe.Pointer) bool {
		return (*backend.GuardedCell)(w).AddIfZeroSlow(delta)
	})
}

// checkAddIfZero counts what was added, with the guard open and closed.
func checkAddIfZero(b backend.Backend) error {
	g, err := newGuarded(b)
	if err != nil {
		return err
	}
	var added atomic.Int64
	together(goroutines, func(i int) {
		for range operations(b) {
			if i%2 == 0 && b.AddIfZero(g, 3) || i%2 == 1 && tryAdd(g, 3) {
				added.Add(3)
			}
		}
	})
	if sum := int64(g.Cell().Sum()); sum != added.Load() {
		return fmt.Errorf("added %d, but the sum is %d", added.Load(), sum)
	}
	g.Guard().Store(1)
	if b.AddIfZero(g, 1) || tryAdd(g, 1) {
		return errors.New("added though the guard was not zero")
	}
	if sum := int64(g.Cell().Sum()); sum != added.Load() {
		return fmt.Errorf("added %d, but with the guard closed the sum is %d", added.Load(), sum)
	}
	return nil
}

// checkGuardFence closes the guard under running additions: after the fence
// there must be none.
func checkGuardFence(b backend.Backend) error {
	const rounds = 50
	const enough = 100_000 // additions, for a backend that never stops
	for range rounds {
		g, err := newGuarded(b)
		if err != nil {
			return err
		}
		var added atomic.Int64
		var final uint64
		var failed error
		together(goroutines, func(i int) {
			if i > 0 {
				for n := 0; n < enough && tryAdd(g, 1); n++ {
					added.Add(1)
				}
				return
			}
			time.Sleep(100 * time.Microsecond)
			g.Guard().Store(1)
			failed = b.Fence(backend.AllSlots)
			final = g.Cell().Sum()
		})
		switch {
		case errors.Is(failed, backend.ErrNotSupported):
			return nil
		case failed != nil:
			return fmt.Errorf("fence: %w", failed)
		case final != g.Cell().Sum() || final != uint64(added.Load()):
			return fmt.Errorf("the sum after the fence was %d, now it is %d, and %d were added", final, g.Cell().Sum(), added.Load())
		}
	}
	return nil
}

// door counts who is in, as an RWMutex does its readers.
type door struct {
	cell   backend.GuardedCell // first: slow paths get its address
	shared atomic.Int64
	slow   atomic.Int64 // how often steps have gone the slow path
}

var (
	enterDoor = backend.NewStep(1, enterSlow)
	leaveDoor = backend.NewStep(-1, leaveSlow)
)

func (d *door) enter() bool { return enterDoor(unsafe.Pointer(d), wordOf(&d.cell)) }
func (d *door) leave() bool { return leaveDoor(unsafe.Pointer(d), wordOf(&d.cell)) }

func wordOf(g *backend.GuardedCell) int64 { return atomic.LoadInt64((*int64)(unsafe.Pointer(g))) }

func enterSlow(w unsafe.Pointer, word int64) bool { return (*door)(w).step(word, 1) }
func leaveSlow(w unsafe.Pointer, word int64) bool { return (*door)(w).step(word, -1) }

// step counts in the shared word what can't be counted in the cell, and returns false.
func (d *door) step(word, delta int64) bool {
	d.slow.Add(1)
	if word > 0 && d.cell.AddIfZeroSlow(delta) {
		return true
	}
	d.shared.Add(delta)
	return false
}

// checkStep lets goroutines in and out, while the cell is hidden and shown: whatever way
// each step goes, the sum is right.
func checkStep(b backend.Backend) error {
	d := new(door)
	if err := d.cell.AttachHidden(b); err != nil {
		return err
	}
	shown := b.Memory().Geometry().Leaf == backend.LeafRseq
	if d.enter() {
		return errors.New("a step reached a hidden cell")
	}
	d.cell.Show()
	if (wordOf(&d.cell) > 0) != shown {
		return fmt.Errorf("the word of a shown cell is %d", wordOf(&d.cell))
	}
	together(goroutines, func(i int) {
		for n := range operations(b) {
			if d.enter(); n%3 != i%3 {
				d.leave()
			}
		}
	})
	stay := int64(1)
	for i := range goroutines {
		for n := range operations(b) {
			if n%3 == i%3 {
				stay++
			}
		}
	}
	if sum := int64(d.cell.Cell().Sum()) + d.shared.Load(); sum != stay {
		return fmt.Errorf("%d in, want %d", sum, stay)
	}
	if shown && d.shared.Load() == stay {
		return errors.New("no step has reached the cell")
	}
	d.cell.Guard().Store(1)
	before := d.shared.Load()
	if d.enter() || d.leave() || d.leave() {
		return errors.New("a step added though the guard was not zero")
	}
	d.cell.Hide()
	if word := wordOf(&d.cell); word > 0 || d.leave() {
		return fmt.Errorf("a step reached a hidden cell, whose word is %d", word)
	}
	if sum := d.shared.Load(); sum != before-2 {
		return fmt.Errorf("%d shared, want %d", sum, before-2)
	}
	if sum := int64(d.cell.Cell().Sum()) + d.shared.Load(); sum != stay-2 {
		return fmt.Errorf("%d in with a hidden cell, want %d", sum, stay-2)
	}
	return nil
}
