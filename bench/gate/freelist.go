package main

import (
	"sync"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// object is what lists keep. Its uses are counted by who has it, so that an
// operation that was left out, or an object that two had, is noticed.
type object struct {
	uses int64
	_    [120]byte
}

// registry knows every object that was made.
type registry struct {
	mu   sync.Mutex
	made []*object
}

func (r *registry) add(o *object) {
	r.mu.Lock()
	r.made = append(r.made, o)
	r.mu.Unlock()
}

func (r *registry) create() any {
	o := new(object)
	r.add(o)
	return o
}

func (r *registry) uses() (sum int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.made {
		sum += o.uses
	}
	return sum
}

func newList(b backend.Backend, r *registry) *primitives.FreeList[object] {
	l := primitives.NewFreeList[object](primitives.WithBackend(b))
	l.New = r.add
	return l
}

func contendFreeListOn(name string, b backend.Backend) *contender {
	r := new(registry)
	lists := newByThreads(func() *primitives.FreeList[object] { return newList(b, r) })
	return contend(name, func(_, n int) {
		l := lists.now
		for range n {
			o := l.Get()
			o.uses++
			l.Put(o)
		}
	}, r.uses).prepared(lists.prepare)
}

func contendFreeListBurst(b backend.Backend) *contender {
	r := new(registry)
	l := newList(b, r)
	return contend(freeListBurst, func(_, n int) {
		var held [16]*object
		for ; n > 0; n -= len(held) {
			some := held[:min(n, len(held))]
			for i := range some {
				some[i] = l.Get()
				some[i].uses++
			}
			for _, o := range some {
				l.Put(o)
			}
		}
	}, r.uses)
}

// mutexStack is a slice under a lock.
type mutexStack struct {
	mu   sync.Mutex
	free []*object
}

func (s *mutexStack) get() (o *object) {
	s.mu.Lock()
	if n := len(s.free) - 1; n >= 0 {
		o, s.free = s.free[n], s.free[:n]
	}
	s.mu.Unlock()
	return o
}

func (s *mutexStack) put(o *object) {
	s.mu.Lock()
	s.free = append(s.free, o)
	s.mu.Unlock()
}

func contendMutexSlice() *contender {
	r := new(registry)
	s := &new(padded[mutexStack]).v
	return contend(mutexSlice, func(_, n int) {
		for range n {
			o := s.get()
			if o == nil {
				o = r.create().(*object)
			}
			o.uses++
			s.put(o)
		}
	}, r.uses)
}

func contendSyncPool() *contender {
	r := new(registry)
	p := &sync.Pool{New: r.create}
	return contend(syncPool, func(_, n int) {
		for range n {
			o := p.Get().(*object)
			o.uses++
			p.Put(o)
		}
	}, r.uses)
}
