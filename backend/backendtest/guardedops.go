package backendtest

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// tryTake takes through the leaf, if there is one.
func tryTake(g *backend.GuardedCell, n int64) bool {
	return g.Take(n, func(w unsafe.Pointer, n int64) bool { return (*backend.GuardedCell)(w).TakeSlow(n) })
}

// checkTokens puts and takes, and counts: each word holds what is left there.
func checkTokens(b backend.Backend) error {
	g, err := newGuarded(b)
	if err != nil {
		return err
	}
	var there atomic.Int64
	together(goroutines, func(i int) {
		take := func(n int64) bool { return b.Take(g, n) } // through the interface
		if i%2 == 1 {
			take = func(n int64) bool { return tryTake(g, n) }
		}
		for n := range operations(b) {
			if change := int64(n+i)%7 - 3; take(change) {
				there.Add(-change)
			}
		}
	})
	if sum := int64(g.Cell().Sum()); sum != there.Load() {
		return fmt.Errorf("put %d more than taken, but %d are there", there.Load(), sum)
	}
	for s := range b.Memory().Geometry().Words() {
		if w := int64(atomic.LoadUint64(g.Cell().Word(s))); w < 0 {
			return fmt.Errorf("slot %d holds %d", s, w)
		}
	}
	return nil
}

// checkTokensDrained drains a cell from which others take, and where they put.
func checkTokensDrained(b backend.Backend) error {
	if b.Fence(backend.AllSlots) != nil {
		return nil
	}
	for range 20 {
		g, err := newGuarded(b)
		if err != nil {
			return err
		}
		var there atomic.Int64
		var drained, final int64
		together(goroutines, func(i int) {
			if i > 0 {
				for n := 0; n < operations(b) && g.Guard().Load() == 0; n++ {
					if change := int64(n)%2 - 1; tryTake(g, change) {
						there.Add(-change)
					}
				}
				return
			}
			time.Sleep(100 * time.Microsecond)
			g.Drain(func(word uint64) { drained += int64(word) })
			final = int64(g.Cell().Sum())
		})
		switch {
		case drained != there.Load() || final != 0 || g.Cell().Sum() != 0:
			return fmt.Errorf("put %d more than taken, but %d were drained, %d left, and then %d", there.Load(), drained, final, int64(g.Cell().Sum()))
		case b.Take(g, -1) || tryTake(g, -1):
			return errors.New("put though the guard was not zero")
		}
	}
	return nil
}

// checkNextInBlock has many get numbers, and looks for one that came twice.
func checkNextInBlock(b backend.Backend) error {
	g, err := newGuarded(b)
	if err != nil {
		return err
	}
	var blocks atomic.Uint64
	got := make([][]uint64, goroutines)
	together(goroutines, func(i int) {
		for range operations(b) {
			var id uint64
			if i%2 == 0 {
				id = g.NextInBlock(0, func(w unsafe.Pointer, _ uint64) uint64 { return (*backend.GuardedCell)(w).NextInBlockSlow(0) })
			} else {
				id = b.NextInBlock(g, 0)
			}
			if id == 0 {
				id = b.NextInBlock(g, blocks.Add(1)*backend.BlockLen)
			}
			got[i] = append(got[i], id)
		}
	})
	all := slices.Concat(got...)
	slices.Sort(all)
	for i, id := range all {
		if i > 0 && id == all[i-1] {
			return fmt.Errorf("number %d came twice", id)
		}
	}
	if first, last := all[0], all[len(all)-1]; first < backend.BlockLen || last/backend.BlockLen > blocks.Load() {
		return fmt.Errorf("numbers from %d to %d, but %d blocks of %d", first, last, blocks.Load(), backend.BlockLen)
	}
	return nil
}

// checkBlockGuard: what is less than the guard is not handed out.
func checkBlockGuard(b backend.Backend) error {
	g, err := newGuarded(b)
	if err != nil {
		return err
	}
	together(goroutines, func(i int) { b.NextInBlock(g, uint64(1+i)*backend.BlockLen) })
	const bound = 1000 * backend.BlockLen
	g.Guard().Store(bound)
	results := make([]uint64, goroutines)
	together(goroutines, func(i int) { results[i] = b.NextInBlock(g, 0) })
	if id := slices.Max(results); id != 0 {
		return fmt.Errorf("number %d, though all are less than the guard %d", id, uint64(bound))
	}
	return nil
}

// checkMax looks for the largest number that anyone had.
func checkMax(b backend.Backend) error {
	g, err := newGuarded(b)
	if err != nil {
		return err
	}
	const high = 1 << 63 // or a comparison of signed numbers would pass
	together(goroutines, func(i int) {
		for n := range uint64(operations(b)) {
			v := n*7919%uint64(operations(b))*goroutines + uint64(i)
			if n%2 == 0 {
				v += high
			}
			if n%4 < 2 {
				b.Max(g, v)
			} else {
				g.Max(v, func(w unsafe.Pointer, v uint64) { (*backend.GuardedCell)(w).MaxSlow(v) })
			}
		}
	})
	var want uint64
	for n := range uint64(operations(b)) {
		if v := n * 7919 % uint64(operations(b)) * goroutines; n%2 == 0 {
			want = max(want, high+v+goroutines-1)
		}
	}
	if got := g.Largest(); got != want {
		return fmt.Errorf("the largest is %d, want %d", got, want)
	}
	return nil
}

// checkMaxDrained drains under way: the last value of all must be found in one of
// the places.
func checkMaxDrained(b backend.Backend) error {
	if b.Fence(backend.AllSlots) != nil {
		return nil
	}
	g, err := newGuarded(b)
	if err != nil {
		return err
	}
	for round := range uint64(50) {
		var largest uint64
		var running atomic.Int64
		together(goroutines, func(i int) {
			if i > 0 {
				running.Add(1)
				for n := range uint64(200) {
					g.Max(round<<20|n<<8|uint64(i), func(w unsafe.Pointer, v uint64) { (*backend.GuardedCell)(w).MaxSlow(v) })
				}
				return
			}
			for running.Load() == 0 {
				runtime.Gosched()
			}
			g.Drain(func(word uint64) { largest = max(largest, word) })
			g.Guard().Store(0)
		})
		if want := round<<20 | 199<<8 | (goroutines - 1); max(largest, g.Largest()) != want {
			return fmt.Errorf("drained %#x, left %#x, want %#x in one of them", largest, g.Largest(), want)
		}
		if g.Drain(func(uint64) {}); g.Largest() != 0 {
			return fmt.Errorf("after a drain %#x is left", g.Largest())
		}
		b.Max(g, 1)
		if g.Largest() != 1 {
			return fmt.Errorf("with a closed guard the largest is %#x, want 1", g.Largest())
		}
		g.Drain(func(uint64) {})
		g.Guard().Store(0)
	}
	return nil
}

// checkSlot: slots are within bounds, whichever way they are asked for, and a table
// gives what is in one of its places, or else what the slow path does.
func checkSlot(b backend.Backend) error {
	bound := b.Memory().Geometry().Slots
	var empty, full, short tabled
	parts := make([]int, bound)
	full.table.Make(bound)
	for i := range parts {
		parts[i] = i
		full.table.Set(i, unsafe.Pointer(&parts[i]))
	}
	short.table.Make(1) // all others have no place
	for _, t := range []*tabled{&empty, &full, &short} {
		t.backend = b
	}
	var failed atomic.Pointer[error]
	fail := func(format string, args ...any) {
		err := fmt.Errorf(format, args...)
		failed.Store(&err)
	}
	together(goroutines, func(int) {
		for range 1000 {
			if s := backend.SlotSlow(b); s < -1 || s >= bound {
				fail("slot %d of %d", s, bound)
			}
			for _, t := range []*tabled{&empty, &short} {
				if p := t.table.Here(t, tabledSlow); p != unsafe.Pointer(&t.none) {
					fail("%p is in a table where nothing is", p)
				}
			}
			if p := full.table.Here(&full, tabledSlow); p != unsafe.Pointer(&full.none) {
				if i := *(*int)(p); i < 0 || i >= bound || p != full.table.Get(i) {
					fail("%p is nothing that is in the table", p)
				}
			}
			runtime.Gosched()
		}
	})
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// tabled is the owner of a table.
type tabled struct {
	table   backend.Table
	backend backend.Backend
	none    int
}

func tabledSlow(t unsafe.Pointer, o any) unsafe.Pointer {
	owner := (*tabled)(t)
	if o != any(owner) {
		return nil
	}
	if i := backend.SlotSlow(owner.backend); i >= 0 && i < owner.table.Len() && owner.table.Get(i) != nil {
		return owner.table.Get(i)
	}
	return unsafe.Pointer(&owner.none)
}
