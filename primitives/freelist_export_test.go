package primitives

import "github.com/percpu-go/percpu/backend"

// What black-box tests need to know of the insides.

// SetBackendIfReady replaces what lists are told of the default backend, until the
// returned function is called.
func SetBackendIfReady(f func() (backend.Backend, bool)) (restore func()) {
	old := backendIfReady
	backendIfReady = f
	return func() { backendIfReady = old }
}

// SplitShelves makes several shelves of a list's one, if it has shelves: for each
// CPU or for each hash of goroutines.
func (l *FreeList[T]) SplitShelves(byCPU bool) bool {
	s := l.core.shelves.Load()
	if s == nil {
		return false
	}
	l.core.mu.Lock()
	defer l.core.mu.Unlock()
	cpuHinted = func() bool { return byCPU && backend.CPUHinted() }
	defer func() { cpuHinted = backend.CPUHinted }()
	s.one.met.Store(enoughMeets)
	l.core.split()
	return true
}

// SeveralShelves reports whether there are several shelves.
func (l *FreeList[T]) SeveralShelves() bool {
	s := l.core.shelves.Load()
	return s != nil && s.several.Load() != nil
}

// EnoughMeets is how often two meet at a shelf before there are several.
const EnoughMeets = enoughMeets

// RaceEnabled says whether the race detector watches.
const RaceEnabled = raceEnabled
