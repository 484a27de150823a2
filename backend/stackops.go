package backend

// Stacks is a Backend that can carry out operations on stacks. One that can't be
// done on the calling thread, in its slot, or because the stack is closed, is not
// done, and says so: the stack's owner does something else.
//
// Once Stack.Closed has become true and a Fence(AllSlots) has returned, no operation
// may read or change a slot.
type Stacks interface {
	Backend

	// Push pushes x on the stack of one slot, and reports whether it did.
	Push(s *Stack, x uintptr) bool

	// Pop pops an item off the stack of one slot, and reports whether it did.
	Pop(s *Stack) (x uintptr, ok bool)

	// PushBatch pushes all items on the stack of one slot, the last on top, and
	// reports whether it did: all or none.
	PushBatch(s *Stack, items []uintptr) bool

	// PopBatch pops as many items off the stack of one slot as it has, but no
	// more than len(items), into the beginning of items, what was on top last.
	// It returns how many.
	PopBatch(s *Stack, items []uintptr) int
}
