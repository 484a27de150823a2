package primitives

import "github.com/percpu-go/percpu/backend"

// Option is an option of the New functions.
type Option func(*options)

type options struct {
	backend    backend.Backend
	size       int // of a Map
	shards     int // of a Map
	maxKeys    int // of a CounterMap
	perCPU     int // of a FreeList
	maxObjects int // of a FreeList
}

// WithBackend makes a value use b instead of the default backend.
func WithBackend(b backend.Backend) Option { return func(o *options) { o.backend = b } }

// WithSize makes a map large enough for n entries from the start, and never
// smaller. Types that are not maps ignore it.
func WithSize(n int) Option { return func(o *options) { o.size = n } }

// WithShards makes a map of n shards, rounded up to a power of two; 0 is four for
// each of GOMAXPROCS, which serves. Shards grow and shrink one at a time; a shard
// costs a few hundred bytes. Types that are not maps ignore it.
func WithShards(n int) Option { return func(o *options) { o.shards = n } }

func collect(opts []Option) (o options) {
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// attach gives a new value's cell memory of the backend that the options name.
// Without one it is left to its first use. Without memory it works all the
// same, on one word; the backend's Memory counts such cells.
func attach(c *backend.Cell, opts []Option) {
	if o := collect(opts); o.backend != nil {
		_ = c.Attach(o.backend)
	}
}
