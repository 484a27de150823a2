package sync

// inlinable makes the methods that it calls inline also in packages that import this one
// and not primitives: the compiler has a method's body there only if something in the
// imported package calls it. TestInlinesByAlias pins it.
//
//lint:ignore U1000 what calls it is the comment
func inlinable(rw *RWMutex) {
	rw.RLock()
	rw.RUnlock()
}
