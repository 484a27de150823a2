package backend

import "github.com/percpu-go/percpu/asm"

// Slotter is a Backend that can tell in which slot an operation of the calling
// thread would be done.
type Slotter interface {
	Backend

	// Slot returns that slot, or -1 if the thread has none.
	Slot() int
}

// SlotSlow returns the slot in which an operation would be done now, or where there are
// no sections the hint from which atomics take theirs. It registers the thread, if need
// be. b is the backend of whoever asks, or nil for the default one. It returns -1 on a
// thread that has no slot, or if there is no backend yet: what such callers share is for
// the owner to say. GoroutineHash spreads them.
//
// Numbers are dense: not more than there are CPUs, or threads that run at once, have
// been seen. They may grow as long as the program runs, to Geometry.Slots at most.
func SlotSlow(b Backend) int {
	if b == nil {
		b, _ = defaultBackend()
	}
	if b, ok := b.(Slotter); ok {
		return b.Slot()
	}
	if asm.InUse() >= asm.OwnCPUID { // leaves are not this backend's, but they that look in Tables
		if area, cpuID, index := asm.State(); area != 0 && cpuID >= 0 {
			return int(index)
		}
	}
	if b, ok := b.(AtomicSlotter); ok {
		return b.AtomicSlot()
	}
	return -1
}
