package backend

import "github.com/percpu-go/percpu/asm"

// Slotter is a Backend that can tell in which slot an operation of the calling
// thread would be done.
type Slotter interface {
	Backend

	// Slot returns that slot, or -1 if the thread has none.
	Slot() int
}

// Slot returns a number that names the CPU that the caller runs on, or did a moment
// ago: the slot in which an operation would be done now, or where there are no
// sections the hint from which atomics take theirs. Callers on other CPUs may get the
// same number at the same moment, because the thread has been moved since. It returns
// -1 if that takes more: if the thread is new, can't commit or was to yield, or there
// is no backend yet. Then SlotSlow is to be asked; there a goroutine yields. It
// inlines to one call of a leaf.
//
// Numbers are dense: not more than there are CPUs, or threads that run at once, have
// been seen. They may grow as long as the program runs, to Geometry.Slots at most.
func Slot() int { return asm.Slot(noSlot) }

func noSlot() int { return -1 }

// SlotSlow is Slot for a caller that got -1 from that. b is the backend of whoever
// asks, or nil for the default one. It returns -1 on a thread that has no slot, or if
// there is no backend yet: what such callers share is for the owner to say.
// GoroutineHash spreads them.
func SlotSlow(b Backend) int {
	if b == nil {
		b, _ = defaultBackend()
	}
	switch b := b.(type) {
	case Slotter:
		return b.Slot()
	case AtomicSlotter:
		return b.AtomicSlot()
	}
	return -1
}
