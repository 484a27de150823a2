package backend

// Backend carries out the operations on cells. One method is one committed
// operation: it happens once, entirely, on one slot, whatever happens to the
// thread meanwhile. All methods may be called from any goroutine at any time.
//
// Package backendtest checks an implementation.
type Backend interface {
	// Name is a short lower-case word, as in PERCPU_BACKEND.
	Name() string

	// Memory is where this backend's cells live. It never changes.
	Memory() *Memory

	// Add adds delta to the cell, modulo 2^64.
	Add(c *Cell, delta int64)

	// AddFloat64 adds delta to the cell, which holds float64s only. If the sum
	// would be Huge it leaves delta to Cell.SpareAddFloat64.
	AddFloat64(c *Cell, delta float64)

	// AddIfZero adds delta to one slot's word of the cell if the guard is zero
	// as it commits, and reports whether it did. A backend whose additions
	// can't look at the guard and commit in one, or can't be fenced, never does.
	AddIfZero(g *GuardedCell, delta int64) bool

	// Take takes n from one slot's word of the cell if that holds as much, as a
	// signed number, and the guard is zero, and reports whether it did. A negative
	// n puts there. Which backends never do is said at AddIfZero.
	Take(g *GuardedCell, n int64) bool

	// NextInBlock returns what NextAfter does of one slot's word of the cell, and
	// makes the word one more than that; if that is 0, it returns it and does
	// nothing. On a thread without a slot it does GuardedCell.LocalNextInBlock.
	NextInBlock(g *GuardedCell, block uint64) uint64

	// Max makes one slot's word of the cell v if that is more, as an unsigned
	// number. If the guard is not zero, or on a thread without a slot, it does
	// GuardedCell.LocalMax; a backend of atomics need not look at the guard.
	Max(g *GuardedCell, v uint64)

	// Fence returns after every operation that was under way in a slot when
	// it was called has either committed, visibly to the caller, or will
	// start again and see what the caller wrote before. slot is an index
	// below Geometry.Slots, or AllSlots. An error says that the kernel won't
	// do it; the caller must then use another algorithm. Once it has worked
	// for a caller, an error is as good as a broken kernel.
	Fence(slot int) error

	// Stats returns counts since the start of the process.
	Stats() Stats
}

// AllSlots is the slot argument of a Fence for every slot.
const AllSlots = -1

// Stats counts what a backend has had to do beside its work. All zero for a
// backend to which it doesn't apply.
type Stats struct {
	Registrations uint64            `json:"registrations"`  // threads that were registered by us, ever
	Failures      map[string]uint64 `json:"failures"`       // threads that could not be, by errno
	FenceFailures map[string]uint64 `json:"fence_failures"` // fences that the system call for them did not make, by errno
	Overflows     uint64            `json:"overflows"`      // operations done on an overflow slot
	Areas         uint64            `json:"areas"`          // rseq areas mapped
	AreasInUse    uint64            `json:"areas_in_use"`   // of those, held by threads not known to have ended
	Aborts        uint64            `json:"aborts"`         // aborted sections; counted with tag percpuinject only
}
