package sync

// inlinable makes the methods that it calls inline also in packages that import this one
// and not primitives: the compiler has a method's body there only if something in the
// imported package calls it. TestInlinesByAlias pins it.
//
//lint:ignore U1000 it is there for the compiler
func inlinable(rw *RWMutex) {
	rw.RLock()
	//lint:ignore SA2001 as above
	rw.RUnlock()
}
