package backend

import "sync/atomic"

var defaultFunc atomic.Pointer[func() (Backend, bool)]

// SetDefault says where cells that nobody attached get their backend. f must not
// block. It returns false as long as the backend is being selected, which f has
// begun in the background: a cell then counts on a word of its own, exactly, and
// attaches later. If a backend was asked for by name and can't be had, f panics.
//
// It is for package primitives, which calls it once, as it is initialized; a second
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
