package primitives

import (
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// defaultIfReady returns the default backend, or false while it is being selected.
func defaultIfReady() (backend.Backend, bool) { return defaultBackend(), true }

func init() {
	backend.HandleElse(func(_ *backend.GuardedCell, delta int64, owner unsafe.Pointer) { (*(*adder)(owner)).again(delta) })
}
