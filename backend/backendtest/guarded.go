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

// door counts who is in, and remembers what slow paths were told.
type door struct {
	cell   backend.GuardedCell // first: slow paths get its address
	shared atomic.Int64
	told   int64
}

// nobody was told anything, or that a goroutine was to yield.
const (
	nothing = 1 << 60
	yielded = nothing + 1
)

func (d *door) enter() (told int64) {
	d.told = nothing
	d.cell.Enter(&d.shared, enteredDoor)
	return d.told
}

func (d *door) leave() (told int64) {
	d.told = nothing
	d.cell.Leave(&d.shared, leftDoor)
	return d.told
}

func enteredDoor(w unsafe.Pointer, sum int64) {
	d := (*door)(w)
	if d.told = sum; sum == backend.NotAdded {
		d.cell.EnterSlow(&d.shared)
		d.told = yielded
	}
}

func leftDoor(w unsafe.Pointer, sum int64) {
	d := (*door)(w)
	if d.told = sum; sum == backend.NotAdded {
		d.cell.LeaveSlow(&d.shared)
		d.told = yielded
	}
}

// checkEnter looks which sums of the shared word slow paths are told, as long as
// there is no cell, and once it is known that there will be none.
func checkEnter(backend.Backend) error {
	for _, never := range []bool{false, true} {
		meeting := int64(2)
		if never {
			meeting = nothing
		}
		for range 1000 {
			d := new(door)
			if never {
				d.cell.NoCell()
			}
			for i, step := range []struct {
				do   func() int64
				want int64
			}{
				{d.enter, nothing},
				{d.enter, meeting},
				{d.leave, nothing},
				{d.leave, nothing},
				{d.leave, -1},
				{d.enter, 0},
				{func() int64 { d.shared.Add(-backend.ClaimStep); return d.enter() }, 1 - backend.ClaimStep},
			} {
				if got := step.do(); got != step.want && got != yielded {
					return fmt.Errorf("no cell ever: %t; step %d: told %d, want %d", never, i, got, step.want)
				}
			}
		}
	}
	return nil
}
