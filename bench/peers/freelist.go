package peers

import (
	"fmt"
	"slices"
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows.
const (
	SyncPool   = "sync.Pool"
	Channel    = "buffered channel"
	MutexStack = "mutex stack"
	TightStack = "mutex stack, no defer"
)

// freeListTargets are what FreeList is meant to achieve. There are no rows of Pool,
// which is sync.Pool by another name.
var freeListTargets = slices.Concat(
	costTargets("FreeList Get+Put / sync.Pool", SyncPool, sides{0.45, 0.45}, sides{}),
	costTargets("FreeList Get+Put / mutex and slice", MutexStack, sides{0.5, 0.15}, sides{1.2, 0.6}),
	[]Target{
		{"FreeList Get+Put / mutex and slice, no defer", cost, row{PercpuRseq, 1}, row{TightStack, 1}, Bound{}},
		{"FreeList Get+Put / mutex and slice, no defer", cost, row{PercpuRseq, 2}, row{TightStack, 2}, Bound{}},
		{"atomic backend: FreeList Get+Put / mutex and slice, no defer", cost, row{PercpuAtomic, 1}, row{TightStack, 1}, Bound{}},
		{"atomic backend: FreeList Get+Put / mutex and slice, no defer", cost, row{PercpuAtomic, 2}, row{TightStack, 2}, Bound{}},
	},
)

// outstanding is how many objects a thread holds at once in a burst.
const outstanding = 16

// object is what is kept: two cache lines.
type object struct{ words [16]uint64 }

// keeper is a list of free objects, in two loops: Get and Put, and bursts, where
// each object is written to. They are made of statements, not of calls through
// an interface, so each keeper brings its own.
type keeper struct {
	name  string
	role  Role
	pairs func(n int)
	burst func(n int)
	check func(done int64) error // nil if it can't tell what it did

	prepare func(threads int) // nil if it stays what it is
}

// FreeLists returns contenders that get an object and put it back, or with burst
// get several, write to each, and put them back: one object is one operation.
func FreeLists(h Host, burst bool) (contenders []*Contender) {
	var keepers []*keeper
	made := make([]*registry, 0, 8)
	add := func(k func(r *registry) *keeper) {
		made = append(made, new(registry))
		keepers = append(keepers, k(made[len(made)-1]))
	}
	for _, b := range h.backends() {
		add(func(r *registry) *keeper { return keepFreeList(b, r) })
	}
	add(keepSyncPool)
	add(keepChannel)
	add(keepMutexStack)
	add(keepTightStack)
	for i, k := range keepers {
		loop := k.pairs
		if burst {
			loop = k.burst
		}
		contenders = append(contenders, contend(k.role, k.name, func(_, n int) { loop(n) }, func(done int64) error {
			if k.check != nil {
				if err := k.check(done); err != nil {
					return err
				}
			}
			if burst {
				return counted(made[i].uses)(done)
			}
			return nil
		}).prepared(k.prepare))
	}
	return contenders
}

// registry knows every object that a contender has made.
type registry struct {
	mu   sync.Mutex
	made []*object
}

func (r *registry) add(o *object) {
	r.mu.Lock()
	r.made = append(r.made, o)
	r.mu.Unlock()
}

func (r *registry) create() *object {
	o := new(object)
	r.add(o)
	return o
}

// uses returns how often objects were written to in bursts. An object that two
// had at the same time has lost some.
func (r *registry) uses() (sum int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.made {
		sum += int64(o.words[0])
	}
	return sum
}

func keepFreeList(b namedBackend, r *registry) *keeper {
	lists := newByThreads(func() *primitives.FreeList[object] {
		l := primitives.NewFreeList[object](primitives.WithBackend(b.backend))
		l.New = r.add
		return l
	})
	return &keeper{name: b.name, role: Ours, prepare: lists.prepare, pairs: func(n int) {
		l := lists.now
		for range n {
			l.Put(l.Get())
		}
	}, burst: func(n int) {
		l := lists.now
		var held [outstanding]*object
		for ; n > 0; n -= outstanding {
			some := held[:min(n, outstanding)]
			for i := range some {
				some[i] = l.Get()
				some[i].words[0]++
			}
			for _, o := range some {
				l.Put(o)
			}
		}
	}, check: func(done int64) error {
		got := int64(0)
		for _, l := range lists.all {
			s := l.Stats()
			got += int64(s.Hits+s.Refills) + int64(s.Objects)
		}
		if got < done {
			return fmt.Errorf("%d Gets were served of %d", got, done)
		}
		return nil
	}}
}

func keepSyncPool(r *registry) *keeper {
	p := &sync.Pool{New: func() any { return r.create() }}
	return &keeper{SyncPool, Peer, func(n int) {
		for range n {
			p.Put(p.Get().(*object))
		}
	}, func(n int) {
		var held [outstanding]*object
		for ; n > 0; n -= outstanding {
			some := held[:min(n, outstanding)]
			for i := range some {
				some[i] = p.Get().(*object)
				some[i].words[0]++
			}
			for _, o := range some {
				p.Put(o)
			}
		}
	}, nil, nil}
}

// keepChannel is a buffered channel with as many objects as two bursts need.
func keepChannel(r *registry) *keeper {
	c := make(chan *object, 4*outstanding)
	for range cap(c) {
		c <- r.create()
	}
	return &keeper{Channel, Peer, func(n int) {
		for range n {
			c <- <-c
		}
	}, func(n int) {
		var held [outstanding]*object
		for ; n > 0; n -= outstanding {
			some := held[:min(n, outstanding)]
			for i := range some {
				some[i] = <-c
				some[i].words[0]++
			}
			for _, o := range some {
				c <- o
			}
		}
	}, nil, nil}
}

// mutexStack is a slice under a lock.
type mutexStack struct {
	mu   sync.Mutex
	free []*object
	made *registry
}

func (s *mutexStack) Get() (o *object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free) - 1; n >= 0 {
		o, s.free = s.free[n], s.free[:n]
		return o
	}
	return s.made.create()
}

// GetTight is Get as one writes it who counts nanoseconds.
func (s *mutexStack) GetTight() (o *object) {
	s.mu.Lock()
	if n := len(s.free) - 1; n >= 0 {
		o, s.free = s.free[n], s.free[:n]
	}
	s.mu.Unlock()
	if o == nil {
		o = s.made.create()
	}
	return o
}

func (s *mutexStack) Put(o *object) {
	s.mu.Lock()
	s.free = append(s.free, o)
	s.mu.Unlock()
}

func keepMutexStack(r *registry) *keeper {
	s := &new(padded[mutexStack]).v
	s.made = r
	return &keeper{MutexStack, Peer, func(n int) {
		for range n {
			s.Put(s.Get())
		}
	}, func(n int) {
		var held [outstanding]*object
		for ; n > 0; n -= outstanding {
			some := held[:min(n, outstanding)]
			for i := range some {
				some[i] = s.Get()
				some[i].words[0]++
			}
			for _, o := range some {
				s.Put(o)
			}
		}
	}, nil, nil}
}

func keepTightStack(r *registry) *keeper {
	s := &new(padded[mutexStack]).v
	s.made = r
	return &keeper{TightStack, Peer, func(n int) {
		for range n {
			s.Put(s.GetTight())
		}
	}, func(n int) {
		var held [outstanding]*object
		for ; n > 0; n -= outstanding {
			some := held[:min(n, outstanding)]
			for i := range some {
				some[i] = s.GetTight()
				some[i].words[0]++
			}
			for _, o := range some {
				s.Put(o)
			}
		}
	}, nil, nil}
}
