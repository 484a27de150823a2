package primitives

import (
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

var selecting atomic.Bool

// defaultIfReady returns the default backend if it has been selected, and has it
// selected if not.
func defaultIfReady() (backend.Backend, bool) {
	if s := selected.final.Load(); s != nil {
		return s.Backend, true
	}
	if selected.mu.TryLock() {
		defer selected.mu.Unlock()
		if selected.done && selected.err == nil {
			return selected.last.Backend, true
		}
	}
	if selecting.CompareAndSwap(false, true) {
		go func() { _, _ = Default() }()
	}
	return nil, false
}
