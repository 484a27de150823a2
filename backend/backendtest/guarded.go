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
