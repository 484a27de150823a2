package peers

import (
	"runtime"
	"sync/atomic"
	_ "unsafe" // for go:linkname
)

// procPinCounter has a word for each P, the runtime's processor, and finds the
// right one as sync.Pool does. Libraries get at procPin by linkname, which the
// runtime tolerates. Package percpu doesn't.
type procPinCounter struct{ words []procPinWord }

// procPinWord takes two cache lines, because prefetchers fetch pairs.
type procPinWord struct {
	v int64
	_ [120]byte
}

func newProcPinCounter() *procPinCounter {
	return &procPinCounter{make([]procPinWord, runtime.GOMAXPROCS(0))}
}

// Add is right whatever happens between finding a word and adding to it.
func (c *procPinCounter) Add(delta int64) {
	p := procPin()
	procUnpin()
	atomic.AddInt64(&c.words[p].v, delta)
}

// AddPlain is right because nobody else is on the P while it is pinned. A
// concurrent Load is a data race, if one that goes well on most machines.
func (c *procPinCounter) AddPlain(delta int64) {
	p := procPin()
	c.words[p].v += delta
	procUnpin()
}

func (c *procPinCounter) Load() (sum int64) {
	for i := range c.words {
		sum += atomic.LoadInt64(&c.words[i].v)
	}
	return sum
}

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()
