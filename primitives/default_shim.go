package primitives

import "github.com/percpu-go/percpu/backend"

// defaultIfReady returns the default backend, or false while it is being selected.
func defaultIfReady() (backend.Backend, bool) { return defaultBackend(), true }
