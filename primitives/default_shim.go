package primitives

import "github.com/percpu-go/percpu/backend"

// defaultIfReady stands in until selection does not wait.
func defaultIfReady() (backend.Backend, bool) { return defaultBackend(), true }
