package primitives

import (
	"math/bits"

	"github.com/percpu-go/percpu/backend"
)

// Option is an option of every New function.
type Option interface {
	MapOption
	CounterMapOption
	FreeListOption
	HistogramOption
	ExpHistogramOption
	VecOption
	all()
}

// MapOption is an option of NewMap.
type MapOption interface{ ofMap(o *options) }

// CounterMapOption is an option of NewCounterMap.
type CounterMapOption interface{ ofCounterMap(o *options) }

// FreeListOption is an option of NewFreeList.
type FreeListOption interface{ ofFreeList(o *options) }

// TableOption is an option of NewMap and NewCounterMap.
type TableOption interface {
	MapOption
	CounterMapOption
}

// KeysOption is an option of NewCounterMap and of the vectors' New functions.
type KeysOption interface {
	CounterMapOption
	VecOption
}

type options struct {
	backend    backend.Backend
	size       int // of a Map
	shards     int // of a Map
	maxKeys    int // of a CounterMap or vector
	perCPU     int // of a FreeList
	maxObjects int // of a FreeList
	metric     metricOptions
}

type (
	anyOption      func(*options)
	tableOption    func(*options)
	keysOption     func(*options)
	freeListOption func(*options)
)

func (f anyOption) all()                       {}
func (f anyOption) ofMap(o *options)           { f(o) }
func (f anyOption) ofCounterMap(o *options)    { f(o) }
func (f anyOption) ofFreeList(o *options)      { f(o) }
func (f tableOption) ofMap(o *options)         { f(o) }
func (f tableOption) ofCounterMap(o *options)  { f(o) }
func (f keysOption) ofCounterMap(o *options)   { f(o) }
func (f freeListOption) ofFreeList(o *options) { f(o) }

// WithBackend makes a value use b instead of the default backend.
func WithBackend(b backend.Backend) Option {
	return anyOption(func(o *options) { o.backend = b })
}

// maxSize is how many entries a table can be made for: beyond that, allocating it
// would end the process rather than panic.
const maxSize = 1 << (24 + 7*(bits.UintSize/64)) // 2^24, or 2^31

// WithSize makes a map large enough for n entries from the start, and never
// smaller. It panics if n is negative, or more than 2^31 (2^24 where int has 32
// bits): what is that large has to grow.
func WithSize(n int) TableOption {
	if n < 0 || n > maxSize {
		panic("percpu: WithSize of less than 0 or too many entries")
	}
	return tableOption(func(o *options) { o.size = n })
}

// WithShards makes a map with locks for n goroutines that write at once from the
// start, where otherwise there are as many as it needs to be found. More than
// 65,536 are that many. It panics if n is negative.
func WithShards(n int) TableOption {
	if n < 0 {
		panic("percpu: WithShards of less than 0")
	}
	return tableOption(func(o *options) { o.shards = min(n, maxShards) })
}

const maxShards = 1 << 16

// WithMaxKeys bounds the number of keys of a CounterMap, or of series of a vector, to
// n, at least 1, so that a stream of hostile keys can't eat the memory. What is
// added to further ones is added to the Overflow instead. Delete and Reset make room.
func WithMaxKeys(n int) KeysOption {
	if n < 1 {
		panic("percpu: WithMaxKeys of less than 1")
	}
	return keysOption(func(o *options) { o.maxKeys = n })
}

// leastLg returns how many chains a map has at least, as a power of two.
func (o *options) leastLg() (lg int32) {
	lg = int32(bits.Len(uint(max(o.shards, 1) - 1)))
	for int64(5)<<lg/4 < int64(o.size) {
		lg++
	}
	return lg
}

// apply applies options of one kind.
func apply[O any](opts []O, each func(O, *options)) (o options) {
	for _, opt := range opts {
		each(opt, &o)
	}
	return o
}

func collect(opts []Option) options { return apply(opts, Option.ofMap) }

// attach gives a new value's cell memory of the backend that the options name.
// Without one it is left to its first use. Without memory it works all the
// same, on one word; the backend's Memory counts such cells.
func attach(c *backend.Cell, opts []Option) {
	if o := collect(opts); o.backend != nil {
		_ = c.Attach(o.backend)
	}
}
