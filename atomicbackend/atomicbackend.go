package atomicbackend

import (
	"fmt"
	"math/bits"
	"runtime"
	"sync"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// Name is this backend's name in PERCPU_BACKEND.
const Name = "atomic"

// Hint is how slots are chosen.
type Hint string

const (
	HintRDPID     Hint = "rdpid"     // the CPU's number, by one instruction
	HintGoroutine Hint = "goroutine" // a hash of the goroutine's stack address
)

// Backend is the process's atomic backend. Open returns it.
type Backend struct {
	hint   Hint
	memory *backend.Memory
}

// Open returns the process's atomic backend.
var Open = sync.OnceValues(open)

func open() (*Backend, error) {
	b := &Backend{hint: HintGoroutine}
	inUse := powerOfTwo(runtime.NumCPU())
	g := backend.Geometry{Slots: inUse, Leaf: backend.LeafHint}
	if bound, err := feature.CPUBound(); err == nil && canHint() {
		b.hint = HintRDPID
		g.Slots = bound
		inUse = min(runtime.NumCPU(), g.Slots)
	}
	var err error
	if b.memory, err = backend.NewMemory(b, g); err != nil {
		return nil, err
	}
	backend.UseHints(inUse, b.hint == HintRDPID)
	return b, nil
}

// canHint reports whether the processor tells where it is, and leaves may ask it.
func canHint() bool {
	return feature.CPU().RDPID && feature.GoListed(feature.GoVersion()) == nil && backend.CanHint()
}

// powerOfTwo returns the smallest power of two that is at least n, and at least 2.
func powerOfTwo(n int) int { return 1 << bits.Len(uint(max(n, 2)-1)) }

// Name returns "atomic".
func (*Backend) Name() string { return Name }

// Memory returns the backend's memory.
func (b *Backend) Memory() *backend.Memory { return b.memory }

// Hint returns how slots are chosen.
func (b *Backend) Hint() Hint { return b.hint }

// String returns the name with how slots are chosen.
func (b *Backend) String() string { return fmt.Sprintf("%s (hint: %s)", Name, b.hint) }

// Add adds delta to the cell.
func (b *Backend) Add(c *backend.Cell, delta int64) {
	backend.AtomicAdd(b.word(c), delta)
	runtime.KeepAlive(c)
}

// AddFloat64 adds delta to the cell, which holds float64s.
func (b *Backend) AddFloat64(c *backend.Cell, delta float64) {
	if !backend.AtomicAddFloat64(b.word(c), delta) {
		c.SpareAddFloat64(delta)
	}
	runtime.KeepAlive(c)
}

// AddIfZero returns false: an atomic addition can't look at the guard too.
func (*Backend) AddIfZero(g *backend.GuardedCell, delta int64) bool { return false }

// Take returns false, as AddIfZero.
func (*Backend) Take(g *backend.GuardedCell, n int64) bool { return false }

// NextInBlock returns the cell's next number.
func (b *Backend) NextInBlock(g *backend.GuardedCell, block uint64) uint64 {
	next := g.AtomicNextInBlock(b.word(g.Cell()), block)
	runtime.KeepAlive(g)
	return next
}

// Max makes the cell v if that is more. It need not look at the guard: a Drain takes
// what is there before, and leaves what comes after.
func (b *Backend) Max(g *backend.GuardedCell, v uint64) {
	backend.AtomicMax(b.word(g.Cell()), v)
	runtime.KeepAlive(g)
}

// Fence returns nil at once: atomic operations are never under way for long
// enough to be waited for, and are ordered with the caller's.
func (b *Backend) Fence(slot int) error {
	if slots := b.memory.Geometry().Slots; slot < backend.AllSlots || slot >= slots {
		return fmt.Errorf("percpu/atomicbackend: fence: no slot %d of %d", slot, slots)
	}
	return nil
}

// Stats returns zeros.
func (b *Backend) Stats() backend.Stats {
	return backend.Stats{Failures: map[string]uint64{}, FenceFailures: map[string]uint64{}}
}

// word returns the cell's word in the slot that the hint names.
func (b *Backend) word(c *backend.Cell) *uint64 { return c.Word(b.AtomicSlot()) }

// AtomicSlot returns the slot that the hint names, which is in use from then on. A
// CPU's number is in range, unless CPUs have come that were not possible.
func (b *Backend) AtomicSlot() int {
	slots := b.memory.Geometry().Slots
	if b.hint != HintRDPID {
		return backend.GoroutineHash() & (slots - 1)
	}
	slot := backend.CPUHint() % slots
	if slot >= backend.HintSlots() {
		backend.GrowHintSlots(slot + 1)
	}
	return slot
}
