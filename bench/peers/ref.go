package peers

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows of what counts who is there.
const (
	SyncWaitGroup = "sync.WaitGroup"
	AtomicRef     = "atomic count" // compare-and-swap, as it may not leave 0 again
	Stopper       = "stopper"      // a WaitGroup that refuses: RLock, Add, RUnlock; Done
	HotCold       = "hot/cold pair"
	ProcPinIndex  = "procPin"
)

// refRates are how many operations there are to one replacement; 0 is none.
var refRates = map[string]int{
	"ref":         0,
	"ref-1in100":  100,
	"ref-1in1000": 1000,
	"ref-1in1e5":  100_000,
}

// presenceRows are the names of rows of Refs, Gates, Sections and Shardeds.
func presenceRows() []string {
	return []string{"ref", "ref-1in1e5", "ref-1in1000", "ref-1in100", "gate", "sections", "sharded"}
}

func presenceTargets(name string) []Target {
	switch name {
	case "ref":
		return costTargets("Ref TryGet+Put / WaitGroup Add+Done", SyncWaitGroup, sides{1.1, 0.3}, sides{})
	case "ref-1in1e5", "ref-1in1000", "ref-1in100":
		return []Target{
			{name + ": Ref, replaced / atomic count, replaced", cost, row{PercpuRseq, 1}, row{AtomicRef, 1}, Bound{}},
			{name + ": Ref, replaced / atomic count, replaced", cost, row{PercpuRseq, 2}, row{AtomicRef, 2}, Bound{}},
		}
	case "gate":
		return costTargets("Gate Enter+Leave / stopper", Stopper, sides{1.1, 0.3}, sides{})
	case "sections":
		return append(costTargets("Sections Enter+Leave / hot/cold pair", HotCold, sides{0, 0.4}, sides{}),
			Target{"Sections Enter+Leave / hot/cold pair", cost, row{PercpuRseq, 1}, row{HotCold, 1}, Bound{}})
	case "sharded":
		return costTargets("Sharded.Here / procPin", ProcPinIndex, sides{0.5, 0.5}, sides{})
	}
	return nil
}

// Presence returns the contenders of a set of presenceRows.
func Presence(h Host, name string) (contenders []*Contender) {
	for _, b := range h.backends() {
		switch name {
		case "gate":
			contenders = append(contenders, contendGate(b))
		case "sections":
			contenders = append(contenders, contendSections(b))
		case "sharded":
			contenders = append(contenders, contendSharded(b))
		default:
			contenders = append(contenders, contendRef(b, refRates[name]))
		}
	}
	switch name {
	case "gate":
		return append(contenders, contendStopper())
	case "sections":
		return append(contenders, contendHotCold())
	case "sharded":
		return append(contenders, contendProcPinIndex())
	}
	if name == "ref" {
		contenders = append(contenders, contendWaitGroup())
	}
	return append(contenders, contendAtomicRef(refRates[name]))
}

func isPresence(name string) bool { return slices.Contains(presenceRows(), name) }

// replaced is something that is replaced now and then, and freed once.
type replaced[R any] struct {
	now    atomic.Pointer[R]
	made   atomic.Int64
	zeroed atomic.Int64
	failed atomic.Int64
}

// check wants all freed but the one that is in use.
func (r *replaced[R]) check(int64) error {
	if made, zeroed, failed := r.made.Load(), r.zeroed.Load(), r.failed.Load(); failed > 0 || made != zeroed+1 {
		return fmt.Errorf("%d made, %d freed, %d could not be had", made, zeroed, failed)
	}
	return nil
}

func contendRef(b namedBackend, every int) *Contender {
	opt := primitives.WithBackend(b.backend)
	var r *replaced[primitives.Ref]
	values := newByThreads(func() *replaced[primitives.Ref] {
		r := new(replaced[primitives.Ref])
		r.made.Add(1)
		r.now.Store(primitives.NewRef(opt))
		return r
	})
	t := newTurns(every)
	return contend(Ours, b.name, func(thread, n int) {
		r = values.now
		if every == 0 {
			ref := r.now.Load()
			for range n {
				if !ref.TryGet() {
					r.failed.Add(1)
					continue
				}
				ref.Put()
			}
			return
		}
		left := t.left[thread].v
		for range n {
			ref := r.now.Load()
			for !ref.TryGet() {
				ref = r.now.Load()
			}
			if left--; left == 0 {
				left = every
				if r.now.CompareAndSwap(ref, primitives.NewRef(opt)) {
					r.made.Add(1)
					ref.Kill(func() { r.zeroed.Add(1) })
				}
			}
			ref.Put()
		}
		t.left[thread].v = left
	}, func(done int64) error { return values.now.check(done) }).prepared(values.prepare)
}

// atomicRef is what people have: a count that nobody enters any more once it is 0.
type atomicRef struct {
	_ [128]byte
	n atomic.Int64
	_ [128]byte
}

func newAtomicRef() *atomicRef {
	r := new(atomicRef)
	r.n.Store(1)
	return r
}

func (r *atomicRef) tryGet() bool {
	for {
		n := r.n.Load()
		if n == 0 {
			return false
		}
		if r.n.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (r *atomicRef) put() (last bool) { return r.n.Add(-1) == 0 }

func contendAtomicRef(every int) *Contender {
	r := new(replaced[atomicRef])
	r.made.Add(1)
	r.now.Store(newAtomicRef())
	t := newTurns(every)
	return contend(Peer, AtomicRef, func(thread, n int) {
		left := t.left[thread].v
		for range n {
			ref := r.now.Load()
			for !ref.tryGet() {
				ref = r.now.Load()
			}
			if left--; left == 0 {
				left = every
				if r.now.CompareAndSwap(ref, newAtomicRef()) {
					r.made.Add(1)
					if ref.put() {
						r.zeroed.Add(1)
					}
				}
			}
			if ref.put() {
				r.zeroed.Add(1)
			}
		}
		t.left[thread].v = left
	}, r.check)
}

func contendWaitGroup() *Contender {
	wg := &new(padded[sync.WaitGroup]).v
	return contend(Peer, SyncWaitGroup, func(_, n int) {
		for range n {
			wg.Add(1)
			wg.Done()
		}
	}, func(int64) error {
		wg.Wait()
		return nil
	})
}

func contendGate(b namedBackend) *Contender {
	gates := newByThreads(func() *primitives.Gate { return primitives.NewGate(primitives.WithBackend(b.backend)) })
	var refused atomic.Int64
	return contend(Ours, b.name, func(_, n int) {
		g := gates.now
		for range n {
			if !g.Enter() {
				refused.Add(1)
				continue
			}
			g.Leave()
		}
	}, func(int64) error {
		if n := gates.now.Len(); n != 0 || refused.Load() != 0 {
			return fmt.Errorf("%d inside, %d refused", n, refused.Load())
		}
		return nil
	}).prepared(gates.prepare)
}

// contendStopper does what servers do that may not count a request any more once
// somebody waits for those in flight.
func contendStopper() *Contender {
	var s padded[struct {
		mu      sync.RWMutex
		stopped bool
		wg      sync.WaitGroup
	}]
	return contend(Peer, Stopper, func(_, n int) {
		for range n {
			s.v.mu.RLock()
			if s.v.stopped {
				s.v.mu.RUnlock()
				continue
			}
			s.v.wg.Add(1)
			s.v.mu.RUnlock()
			s.v.wg.Done()
		}
	}, func(int64) error {
		s.v.wg.Wait()
		return nil
	})
}

func contendSections(b namedBackend) *Contender {
	all := newByThreads(func() *primitives.Sections { return primitives.NewSections(primitives.WithBackend(b.backend)) })
	return contend(Ours, b.name, func(_, n int) {
		s := all.now
		for range n {
			section := s.Enter()
			s.Leave(section)
		}
	}, func(int64) error { return all.now.Synchronize(background) }).prepared(all.prepare)
}

// contendHotCold does what a histogram of client_golang does to be read as a whole:
// who observes adds to a word whose top bit says which half is hot, and then to
// that half's count; who reads waits until both agree.
func contendHotCold() *Contender {
	var h padded[struct {
		countAndHot atomic.Uint64
		done        [2]atomic.Uint64
	}]
	return contend(Peer, HotCold, func(_, n int) {
		for range n {
			half := h.v.countAndHot.Add(1) >> 63
			h.v.done[half].Add(1)
		}
	}, func(done int64) error {
		if begun, ended := h.v.countAndHot.Load(), h.v.done[0].Load(); begun != ended || int64(ended) != done {
			return fmt.Errorf("%d begun, %d ended of %d", begun, ended, done)
		}
		return nil
	})
}

// here has a loop that asks for a part look at it.
type here struct{ name int64 }

func contendSharded(b namedBackend) *Contender {
	s := primitives.NewSharded[here](primitives.WithBackend(b.backend))
	s.New = func(h *here) { h.name = 1 }
	var seen atomic.Int64
	return contend(Ours, b.name, func(_, n int) {
		sum := int64(0)
		for range n {
			sum += s.Here().name
		}
		seen.Add(sum)
	}, func(done int64) error { return sawAll(seen.Load(), done) })
}

// contendProcPinIndex finds a part by the P, as sync.Pool does.
func contendProcPinIndex() *Contender {
	parts := make([]*padded[here], len(words()))
	for i := range parts {
		parts[i] = &padded[here]{v: here{1}}
	}
	var seen atomic.Int64
	return contend(Peer, ProcPinIndex, func(_, n int) {
		sum := int64(0)
		for range n {
			p := procPin()
			procUnpin()
			sum += parts[p].v.name
		}
		seen.Add(sum)
	}, func(done int64) error { return sawAll(seen.Load(), done) })
}

func sawAll(seen, done int64) error {
	if seen != done {
		return fmt.Errorf("%d parts seen in %d calls", seen, done)
	}
	return nil
}
