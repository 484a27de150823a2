package main

import (
	"sync/atomic"

	"github.com/percpu-go/percpu/primitives"
)

// guarded is two numbers that are equal whenever nobody writes.
type guarded struct {
	mu   primitives.RWMutex
	x, y int64
	torn atomic.Int64
}

func (g *guarded) write() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.x++
	g.y++
}

func (g *guarded) read() {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.x != g.y {
		g.torn.Add(1)
	}
}
