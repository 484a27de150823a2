package primitives

import "unsafe"

// What black-box tests need to know of the insides.

// Open reports whether readers add to their own CPU's slot just now.
func (rw *RWMutex) Open() bool { return rw.readers.Guard().Load() == 0 && rw.hasCell() }

// Reopen does what the timer does after a writer, now.
func (rw *RWMutex) Reopen() {
	if rw.hasCell() {
		rw.reopen(0)
	}
}

const (
	BiasAfter   = biasAfter
	Invariants  = invariants
	RWMutexSize = unsafe.Sizeof(RWMutex{})
)
