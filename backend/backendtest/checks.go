package backendtest

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// Check is one property of a backend. Func returns an error that says how it
// does not hold.
type Check struct {
	Name string
	Func func(b backend.Backend) error
}

// Run runs every check on b as a subtest.
func Run(t *testing.T, b backend.Backend) {
	for _, c := range Checks() {
		t.Run(c.Name, func(t *testing.T) {
			if err := c.Func(b); err != nil {
				t.Error(err)
			}
		})
	}
}

// Checks returns all checks.
func Checks() []Check {
	return append([]Check{
		{"identity", checkIdentity},
		{"zero", checkZero},
		{"wrap", checkWrap},
		{"add", checkAdd},
		{"add/threads", checkThreads},
		{"addfloat64", checkAddFloat64},
		{"addfloat64/huge", checkHuge},
		{"addifzero", checkAddIfZero},
		{"addifzero/fence", checkGuardFence},
		{"step", checkStep},
		{"tokens", checkTokens},
		{"tokens/fence", checkTokensDrained},
		{"nextinblock", checkNextInBlock},
		{"nextinblock/guard", checkBlockGuard},
		{"max", checkMax},
		{"max/drain", checkMaxDrained},
		{"slot", checkSlot},
		{"take", checkTake},
		{"monotone", checkMonotone},
		{"neighbours", checkNeighbours},
		{"recycled", checkRecycled},
		{"fence", checkFence},
		{"stats", checkStats},
	}, stackChecks()...)
}

const goroutines = 16

// operations returns how many each goroutine does. A Fake does one at a time and
// follows a script, so that more of them show nothing new.
func operations(b backend.Backend) int {
	if _, ok := b.(*Fake); ok {
		return 2000
	}
	return 20_000
}

func newCell(b backend.Backend) (*backend.Cell, error) {
	c := new(backend.Cell)
	if err := c.Attach(b); err != nil {
		return nil, err
	}
	if c.Backend() != b {
		return nil, errors.New("an attached cell has another backend")
	}
	return c, nil
}

// together runs f in n goroutines and waits for them.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(i)
		}()
	}
	wg.Wait()
}

func checkIdentity(b backend.Backend) error {
	m := b.Memory()
	switch {
	case b.Name() == "":
		return errors.New("Name is empty")
	case m == nil:
		return errors.New("Memory is nil")
	case b.Memory() != m:
		return errors.New("Memory changes")
	}
	return nil
}

func checkZero(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	for s := range b.Memory().Geometry().Words() {
		if w := atomic.LoadUint64(c.Word(s)); w != 0 {
			return fmt.Errorf("slot %d of a new cell holds %#x", s, w)
		}
	}
	if sum := c.Sum(); sum != 0 {
		return fmt.Errorf("the sum of a new cell is %d", sum)
	}
	return nil
}

func checkWrap(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		delta int64
		want  uint64
	}{{math.MaxInt64, math.MaxInt64}, {1, 1 << 63}, {math.MinInt64, 0}, {-1, math.MaxUint64}, {1, 0}, {0, 0}} {
		if b.Add(c, step.delta); c.Sum() != step.want {
			return fmt.Errorf("after Add(%d) the sum is %#x, want %#x", step.delta, c.Sum(), step.want)
		}
	}
	return nil
}

func checkAdd(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	operations := operations(b)
	together(goroutines, func(i int) {
		for n := range operations {
			if i%2 == 0 {
				b.Add(c, int64(n)) // through the interface
			} else {
				c.Add(int64(n)) // through the leaf, if there is one
			}
		}
	})
	if want := goroutines * uint64(operations) * uint64(operations-1) / 2; c.Sum() != want {
		return fmt.Errorf("sum %d, want %d", c.Sum(), want)
	}
	return nil
}

// checkThreads adds from threads that end: each goroutine keeps its thread to
// itself and returns without giving it back.
func checkThreads(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	const threads, adds = 64, 25
	together(threads, func(int) {
		runtime.LockOSThread()
		for range adds {
			b.Add(c, 1)
			runtime.Gosched()
			c.Add(1)
		}
	})
	if c.Sum() != 2*threads*adds {
		return fmt.Errorf("sum %d, want %d", c.Sum(), 2*threads*adds)
	}
	return nil
}

func checkAddFloat64(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	operations := operations(b)
	together(goroutines, func(i int) {
		for range operations {
			if i%2 == 0 {
				b.AddFloat64(c, 0.25)
			} else {
				c.AddFloat64(1.75)
			}
		}
	})
	if want := float64(goroutines * operations); c.SumFloat64() != want {
		return fmt.Errorf("sum %v, want %v", c.SumFloat64(), want)
	}
	return nil
}

// checkHuge adds what can't be subtracted again, which a Take must forget.
func checkHuge(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	for _, deltas := range [][]float64{{math.Inf(1)}, {math.Inf(-1), 1}, {math.NaN()}, {math.MaxFloat64, math.MaxFloat64}, {0x1p1008, 0x1p1008}} {
		want := 0.0
		for _, delta := range deltas {
			b.AddFloat64(c, delta)
			want += delta
		}
		if got := c.TakeFloat64(); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			return fmt.Errorf("after %v the sum is %v, want %v", deltas, got, want)
		}
		if got := c.SumFloat64(); got != 0 {
			return fmt.Errorf("after %v and a Take the sum is %v, want 0", deltas, got)
		}
	}
	return nil
}

func checkTake(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	operations := operations(b)
	var taken atomic.Uint64
	together(goroutines, func(i int) {
		for n := range operations {
			c.Add(1)
			if n%64 == i {
				taken.Add(c.Take())
			}
		}
	})
	taken.Add(c.Take())
	if taken.Load() != uint64(goroutines*operations) || c.Sum() != 0 {
		return fmt.Errorf("took %d and left %d, want %d and 0", taken.Load(), c.Sum(), goroutines*operations)
	}
	return nil
}

func checkMonotone(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	var failed atomic.Pointer[error]
	together(goroutines, func(i int) {
		var last uint64
		for range operations(b) / 4 {
			if i%4 != 0 {
				c.Add(1)
				continue
			}
			sum := c.Sum()
			if sum < last {
				err := fmt.Errorf("a sum fell from %d to %d", last, sum)
				failed.Store(&err)
			}
			last = sum
		}
	})
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// checkNeighbours uses more cells than a group has, all at once.
func checkNeighbours(b backend.Backend) error {
	cells := make([]backend.Cell, 100)
	for i := range cells {
		if err := cells[i].Attach(b); err != nil {
			return err
		}
	}
	rounds := operations(b) / len(cells)
	together(goroutines, func(int) {
		for range rounds {
			for i := range cells {
				cells[i].Add(int64(i))
			}
		}
	})
	for i := range cells {
		if want := uint64(goroutines * rounds * i); cells[i].Sum() != want {
			return fmt.Errorf("cell %d: sum %d, want %d", i, cells[i].Sum(), want)
		}
	}
	return nil
}

// checkRecycled drops cells that were used and looks for their remains in new
// ones.
func checkRecycled(b backend.Backend) error {
	const rounds, cells = 10, 4000 // without recycling, five chunks
	before, end := b.Memory().Stats(), time.Now().Add(30*time.Second)
	for range rounds {
		dropped := make([]backend.Cell, cells)
		for i := range dropped {
			if err := dropped[i].Attach(b); err != nil {
				return err
			}
			if sum := dropped[i].Sum(); sum != 0 {
				return fmt.Errorf("a new cell's sum is %d", sum)
			}
			dropped[i].Add(int64(i + 1))
		}
		runtime.KeepAlive(dropped)
		dropped = nil
		collect(b, before, end)
	}
	if after := b.Memory().Stats(); after.Chunks > before.Chunks+2 {
		return fmt.Errorf("%d chunks became %d though no more than %d cells were in use", before.Chunks, after.Chunks, cells)
	}
	return nil
}

// collect has garbage collected until few more groups of memory are in use than before, or
// the time is over: cleanups run in a goroutine of their own, on a busy machine a good while
// later.
func collect(b backend.Backend, before backend.MemoryStats, end time.Time) {
	const few = 8
	for range 3 {
		runtime.GC()
		runtime.Gosched()
	}
	for b.Memory().Stats().Groups > before.Groups+few && time.Now().Before(end) {
		time.Sleep(time.Millisecond)
		runtime.GC()
	}
}

func checkFence(b backend.Backend) error {
	for _, slot := range []int{0, backend.AllSlots} {
		if err := b.Fence(slot); err != nil && !errors.Is(err, backend.ErrNotSupported) {
			return fmt.Errorf("Fence(%d): %w", slot, err)
		}
	}
	slots := b.Memory().Geometry().Slots
	for _, slot := range []int{slots, -2} {
		if b.Fence(slot) == nil {
			return fmt.Errorf("Fence(%d) of %d slots: no error", slot, slots)
		}
	}
	return nil
}

func checkStats(b backend.Backend) error {
	c, err := newCell(b)
	if err != nil {
		return err
	}
	before := b.Stats()
	together(goroutines, func(int) { b.Add(c, 1) })
	after := b.Stats()
	if after.Registrations < before.Registrations || after.Overflows < before.Overflows {
		return fmt.Errorf("counts fell: %+v, then %+v", before, after)
	}
	if after.AreasInUse > after.Areas {
		return fmt.Errorf("%d areas in use of %d", after.AreasInUse, after.Areas)
	}
	return nil
}
