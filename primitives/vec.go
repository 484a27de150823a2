package primitives

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// vec is what the vectors have in common: series of T by the values of labels. All
// values of a series make one hash, by which a Map finds it; the values themselves
// are compared, and series of the same hash are chained.
type vec[T any] struct {
	labels []string
	kind   string   // name of the vector's type, for panics
	init   func(*T) // or nil
	max    int      // or 0

	seed    atomic.Pointer[maphash.Seed] // nil until there is a series
	series  Map[uint64, *series[T]]
	n       atomic.Int64
	dropped Counter
	over    atomic.Pointer[T]

	mu sync.Mutex // held by who adds or deletes a series
}

// series is one of a vec's. What it is of does not change; a chain does.
type series[T any] struct {
	item   T
	values []string
	next   atomic.Pointer[series[T]]
}

// start makes a new v one with labels and options.
func (v *vec[T]) start(kind string, labels []string, o options, init func(*T)) {
	for i, l := range labels {
		if slices.Contains(labels[:i], l) {
			panic(fmt.Sprintf("percpu: New%s: label %q twice", kind, l))
		}
	}
	v.labels, v.kind, v.max, v.init = slices.Clone(labels), kind, o.maxKeys, init
	if o.backend != nil {
		_ = v.dropped.cell.Attach(o.backend) // without memory it counts all the same
		v.series.start(options{backend: o.backend})
	}
}

// hashOfAll returns the hash of values.
func hashOfAll(seed maphash.Seed, values []string) (h uint64) {
	for _, s := range values {
		h = bits.RotateLeft64(h, 29)*0x9e3779b97f4a7c15 ^ maphash.String(seed, s)
	}
	return h
}

// find returns the series of the values in a chain, or nil.
func (s *series[T]) find(values []string) *series[T] {
	for ; s != nil; s = s.next.Load() {
		if slices.Equal(s.values, values) {
			return s
		}
	}
	return nil
}

// with returns the series of the values, which it makes if there is none and room
// for one, or else the overflow.
func (v *vec[T]) with(values []string) *T {
	if len(values) != len(v.labels) {
		v.wrong("With", len(values))
	}
	if seed := v.seed.Load(); seed != nil {
		chain, _ := v.series.Load(hashOfAll(*seed, values))
		if s := chain.find(values); s != nil {
			return &s.item
		}
	}
	return v.add(values)
}

func (v *vec[T]) wrong(method string, n int) {
	kind := v.kind
	if kind == "" {
		kind = "vector"
	}
	panic(fmt.Sprintf("percpu: %s.%s: %d values for %d labels", kind, method, n, len(v.labels)))
}

// add is with for values that have not been found.
func (v *vec[T]) add(values []string) *T {
	v.mu.Lock()
	defer v.mu.Unlock()
	seed := v.seed.Load()
	if seed == nil {
		s := maphash.MakeSeed()
		seed = &s
	}
	h := hashOfAll(*seed, values)
	chain, _ := v.series.Load(h)
	if s := chain.find(values); s != nil {
		return &s.item // somebody else was faster
	}
	if v.max != 0 && v.n.Load() >= int64(v.max) {
		v.dropped.Inc()
		if v.over.Load() == nil {
			v.over.Store(v.make(new(T)))
		}
		return v.over.Load()
	}
	s := &series[T]{values: make([]string, len(values))}
	for i := range values {
		s.values[i] = strings.Clone(values[i]) // which may be part of something large
	}
	v.make(&s.item)
	s.next.Store(chain)
	v.series.Store(h, s)
	v.seed.Store(seed)
	v.n.Add(1)
	return &s.item
}

// make makes a new item.
func (v *vec[T]) make(item *T) *T {
	if v.init != nil {
		v.init(item)
	}
	return item
}

// delete removes the series of the values, and reports whether it was there.
func (v *vec[T]) delete(values []string) bool {
	if len(values) != len(v.labels) {
		v.wrong("Delete", len(values))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	seed := v.seed.Load()
	if seed == nil {
		return false
	}
	h := hashOfAll(*seed, values)
	chain, _ := v.series.Load(h)
	s := chain.find(values)
	if s == nil {
		return false
	}
	v.cut(h, chain, s)
	v.n.Add(-1)
	return true
}

// cut removes s from the chain of hash h. A reader that is at s goes on behind it.
func (v *vec[T]) cut(h uint64, chain, s *series[T]) {
	next := s.next.Load()
	switch {
	case chain != s:
		for chain.next.Load() != s {
			chain = chain.next.Load()
		}
		chain.next.Store(next)
	case next != nil:
		v.series.Store(h, next)
	default:
		v.series.Delete(h)
	}
}

// each calls f for each series until it returns false.
func (v *vec[T]) each(f func(values []string, item *T) bool) {
	v.series.Range(func(_ uint64, s *series[T]) bool {
		for ; s != nil; s = s.next.Load() {
			if !f(s.values, &s.item) {
				return false
			}
		}
		return true
	})
}
