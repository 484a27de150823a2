package backend

import (
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// Table is a table of pointers, a place for each slot, in memory of Go's. The zero value
// has no places. A Table must not be copied once it has.
type Table struct{ parts asm.Parts }

// Make makes a table with n places, all nil. It must be called once, and return
// before Set is called. Places for all that Geometry.Slots says are enough for
// SlotSlow; Here finds nothing at places that are not there.
func (t *Table) Make(n int) {
	atomic.StorePointer(&t.parts.Table, unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, n))))
	atomic.StoreUint32(&t.parts.N, uint32(n))
}

// Len returns how many places there are.
func (t *Table) Len() int { return int(atomic.LoadUint32(&t.parts.N)) }

// Get returns what is in a place, which must be one of the Len.
func (t *Table) Get(i int) unsafe.Pointer { return atomic.LoadPointer(t.place(i)) }

// Set writes a place that is nil.
func (t *Table) Set(i int, p unsafe.Pointer) { atomic.StorePointer(t.place(i), p) }

func (t *Table) place(i int) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(atomic.LoadPointer(&t.parts.Table), uintptr(i)*unsafe.Sizeof(t.parts.Table)))
}

// Here returns the pointer in the place of the CPU that the caller runs on, or did a
// moment ago: of the slot in which an operation would be done now, or where there are no
// sections of the hint from which atomics take theirs. Callers on other CPUs may get the
// same pointer at the same moment, because the thread has been moved since. If there
// is none, or that takes more, because the thread is new, can't commit or was to yield, or
// there is no backend yet, it returns what slow does. To the race detector it orders
// nothing. It inlines to one call of a leaf.
//
// slow is declared at package level; its t is the address of the Table, and so of a
// struct that begins with it. o is for slow alone. SlotSlow tells it the place.
func (t *Table) Here(o any, slow func(t unsafe.Pointer, o any) unsafe.Pointer) unsafe.Pointer {
	return asm.Part(unsafe.Pointer(t), o, slow)
}
