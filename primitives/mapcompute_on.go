//go:build race || percpuinvariants

package primitives

import (
	"bytes"
	"runtime"
	"sync"
	"sync/atomic"
)

// mapComputing knows which goroutines are in a function that a map has called
// with a lock held. Those would wait for themselves if they wrote to the map.
type mapComputing struct {
	n   atomic.Int64
	mu  sync.Mutex
	ids map[string]bool
}

// goroutine returns what tells the calling goroutine from others.
func goroutine() string {
	var buf [64]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	id, _, _ := bytes.Cut(text, []byte(" "))
	return string(id)
}

func (c *mapComputing) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = make(map[string]bool)
	}
	c.ids[goroutine()] = true
	c.n.Add(1)
}

func (c *mapComputing) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ids, goroutine())
	c.n.Add(-1)
}

// check panics if the calling goroutine is in such a function.
func (c *mapComputing) check() {
	if c.n.Load() == 0 {
		return
	}
	id := goroutine()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids[id] {
		panic("percpu: Map: the function of a Compute uses its map, and would wait for itself")
	}
}
