package backend

// AtomicSlotter is what a Backend also is if it writes all words by atomics: then
// others may do so too, in ways that it has no method for.
type AtomicSlotter interface {
	Backend

	// AtomicSlot returns the slot that an operation of the caller's would use
	// now. It is as stale as the hint that it comes from.
	AtomicSlot() int
}
