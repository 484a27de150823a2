package backend

import "sync/atomic"

var defaultFunc atomic.Pointer[func() (Backend, bool)]

// SetDefault says where cells that nobody attached get their backend. f must not
// block: false means that there is none yet, and cells then do without. It is for
// package primitives, which calls it once, as it is initialized; a second
// call panics.
func SetDefault(f func() (Backend, bool)) {
	if !defaultFunc.CompareAndSwap(nil, &f) {
		panic("percpu: SetDefault called twice")
	}
}

func defaultBackend() (Backend, bool) {
	f := defaultFunc.Load()
	if f == nil {
		panic("percpu: Cell used without Attach, and package primitives is not linked")
	}
	return (*f)()
}
