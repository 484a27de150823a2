package primitives

import "github.com/percpu-go/percpu/backend"

// Option is an option of the New functions.
type Option func(*options)

type options struct {
	backend    backend.Backend
	perCPU     int // 0: default
	maxObjects int // 0: none
}

// WithBackend makes a value use b instead of the default backend.
func WithBackend(b backend.Backend) Option { return func(o *options) { o.backend = b } }

// backendOf returns the backend that the options name, or the default one.
func backendOf(opts []Option) backend.Backend {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if o.backend != nil {
		return o.backend
	}
	return defaultBackend()
}

// attach gives a new value's cell memory of the backend that the options name.
// Without one it is left to its first use. Without memory it works all the
// same, on one word; the backend's Memory counts such cells.
func attach(c *backend.Cell, opts []Option) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if o.backend != nil {
		_ = c.Attach(o.backend)
	}
}
