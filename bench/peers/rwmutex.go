package peers

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/percpu-go/percpu/primitives"
)

// Names of rows of reader/writer locks.
const (
	SyncRWMutex  = "sync.RWMutex"
	XsyncRBMutex = "xsync.RBMutex" // its readers keep a token
)

// writeRates are how many operations there are to one write; 0 is no writes.
var writeRates = map[string]int{
	"rwmutex":           0,
	"rwmutex-1in10":     10,
	"rwmutex-1in100":    100,
	"rwmutex-1in1000":   1000,
	"rwmutex-1in1e6":    1_000_000,
	"rwmutex-writeonly": 1,
}

// rwmutexRows are the names of rows with writes, in order.
func rwmutexRows() []string {
	return []string{"rwmutex-1in1e6", "rwmutex-1in1000", "rwmutex-1in100", "rwmutex-1in10", "rwmutex-writeonly"}
}

func rwmutexTargets(name string) []Target {
	switch name {
	case "rwmutex":
		return costTargets("RLock+RUnlock / sync.RWMutex", SyncRWMutex, sides{1.05, 0.25}, sides{1.1, 1.1})
	case "rwmutex-1in1000":
		return costTargets("1 write in 1,000 / sync.RWMutex", SyncRWMutex, sides{1.1, 1}, sides{})
	}
	return nil
}

// guardedPair is what the locks guard: a writer changes both words, a reader
// wants them equal.
type guardedPair struct {
	_       [128]byte
	a, b    int64
	_       [128]byte
	torn    atomic.Int64
	written atomic.Int64
}

func (p *guardedPair) check(int64) error {
	if n := p.torn.Load(); n > 0 || p.a != p.b || p.a != p.written.Load() {
		return fmt.Errorf("%d torn reads, words %d and %d after %d writes", n, p.a, p.b, p.written.Load())
	}
	return nil
}

// done adds up what a loop has seen and written.
func (p *guardedPair) done(torn, writes int) {
	if torn > 0 {
		p.torn.Add(int64(torn))
	}
	if writes > 0 {
		p.written.Add(int64(writes))
	}
}

// RWMutexes returns contenders that read-lock and unlock, and every so many
// times write-lock and unlock; every 0 is never.
func RWMutexes(h Host, every int) (contenders []*Contender) {
	for _, b := range h.backends() {
		contenders = append(contenders, contendRWMutex(b, every))
	}
	return append(contenders, contendSyncRWMutex(every), contendRBMutex(every))
}

// turns counts down to each thread's next write.
type turns struct {
	every int
	left  []padded[int]
}

func newTurns(every int) *turns {
	t := &turns{every: every, left: make([]padded[int], len(words()))}
	for i := range t.left {
		t.left[i].v = every
	}
	return t
}

func contendRWMutex(b namedBackend, every int) *Contender {
	locks := newByThreads(func() *primitives.RWMutex { return primitives.NewRWMutex(primitives.WithBackend(b.backend)) })
	p, t := new(guardedPair), newTurns(every)
	return contend(Ours, b.name, func(thread, n int) {
		rw := locks.now
		torn, writes, left := 0, 0, t.left[thread].v
		for range n {
			if left--; left == 0 {
				rw.Lock()
				p.a++
				p.b++
				rw.Unlock()
				writes++
				left = t.every
				continue
			}
			rw.RLock()
			if p.a != p.b {
				torn++
			}
			rw.RUnlock()
		}
		t.left[thread].v = left
		p.done(torn, writes)
	}, p.check).prepared(locks.prepare)
}

func contendSyncRWMutex(every int) *Contender {
	rw := new(sync.RWMutex)
	p, t := new(guardedPair), newTurns(every)
	return contend(Peer, SyncRWMutex, func(thread, n int) {
		torn, writes, left := 0, 0, t.left[thread].v
		for range n {
			if left--; left == 0 {
				rw.Lock()
				p.a++
				p.b++
				rw.Unlock()
				writes++
				left = t.every
				continue
			}
			rw.RLock()
			if p.a != p.b {
				torn++
			}
			rw.RUnlock()
		}
		t.left[thread].v = left
		p.done(torn, writes)
	}, p.check)
}

func contendRBMutex(every int) *Contender {
	rw := xsync.NewRBMutex()
	p, t := new(guardedPair), newTurns(every)
	return contend(Peer, XsyncRBMutex, func(thread, n int) {
		torn, writes, left := 0, 0, t.left[thread].v
		for range n {
			if left--; left == 0 {
				rw.Lock()
				p.a++
				p.b++
				rw.Unlock()
				writes++
				left = t.every
				continue
			}
			token := rw.RLock()
			if p.a != p.b {
				torn++
			}
			rw.RUnlock(token)
		}
		t.left[thread].v = left
		p.done(torn, writes)
	}, p.check)
}
