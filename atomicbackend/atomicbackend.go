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
	g := backend.Geometry{Slots: powerOfTwo(runtime.NumCPU())}
	if possible, err := feature.PossibleCPUs(); err == nil && backend.HasCPUHint && feature.CPU().RDPID {
		b.hint = HintRDPID
		g.Slots, g.Leaf = possible.Max()+1, backend.LeafHint
	}
	var err error
	if b.memory, err = backend.NewMemory(b, g); err != nil {
		return nil, err
	}
	return b, nil
}

// powerOfTwo returns the smallest power of two that is at least n.
func powerOfTwo(n int) int { return 1 << bits.Len(uint(n-1)) }

// Name returns "atomic".
func (*Backend) Name() string { return Name }

// Memory returns the backend's memory.
func (b *Backend) Memory() *backend.Memory { return b.memory }

// Hint returns how slots are chosen.
func (b *Backend) Hint() Hint { return b.hint }

// Add adds delta to the cell.
func (b *Backend) Add(c *backend.Cell, delta int64) {
	backend.AtomicAdd(b.word(c), delta)
	runtime.KeepAlive(c)
}

// AddFloat64 adds delta to the cell, which holds float64s.
func (b *Backend) AddFloat64(c *backend.Cell, delta float64) {
	backend.AtomicAddFloat64(b.word(c), delta)
	runtime.KeepAlive(c)
}

// CompareAndStore stores new into one slot's word if it is old.
func (b *Backend) CompareAndStore(c *backend.Cell, old, new uint64) bool {
	defer runtime.KeepAlive(c)
	return backend.AtomicCompareAndStore(b.word(c), old, new)
}

// AddIfZero returns false: an atomic addition can't look at the guard too.
func (*Backend) AddIfZero(g *backend.GuardedCell, delta int64) bool { return false }

// Fence returns nil at once: atomic operations are never under way for long
// enough to be waited for, and are ordered with the caller's.
func (b *Backend) Fence(slot int) error {
	if slots := b.memory.Geometry().Slots; slot < backend.AllSlots || slot >= slots {
		return fmt.Errorf("percpu/atomicbackend: fence: no slot %d of %d", slot, slots)
	}
	return nil
}

// Stats returns zeros.
func (b *Backend) Stats() backend.Stats { return backend.Stats{} }

// word returns the cell's word in the slot that the hint names.
func (b *Backend) word(c *backend.Cell) *uint64 { return c.Word(b.AtomicSlot()) }

// AtomicSlot returns the slot that the hint names. The number of slots is not a
// power of two where the hint is a CPU's number, but then the number is in range,
// unless CPUs have come that were not possible.
func (b *Backend) AtomicSlot() int {
	slots := b.memory.Geometry().Slots
	if b.hint == HintRDPID {
		return backend.CPUHint() % slots
	}
	return int(goroutineHash()) & (slots - 1)
}
