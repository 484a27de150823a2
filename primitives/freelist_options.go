package primitives

import (
	"fmt"
	"math"

	"github.com/percpu-go/percpu/backend"
)

const (
	defaultPerCPU = 63 // with the header one group of memory
	maxPerCPU     = backend.MaxStackCapacity
)

// WithPerCPU makes a FreeList keep up to n objects on each CPU, 1 to 1023. The
// default is 63.
func WithPerCPU(n int) FreeListOption {
	if n < 1 || n > maxPerCPU {
		panic(fmt.Sprintf("percpu: WithPerCPU(%d): not 1 to %d objects", n, maxPerCPU))
	}
	return freeListOption(func(o *options) { o.perCPU = n })
}

// WithMaxObjects makes a FreeList make no more than n objects, which is at least
// 1. Get then returns nil if all are in use. Before that it looks on other CPUs'
// stacks, by a Drain, so that a list that is too small is slow.
func WithMaxObjects(n int) FreeListOption {
	if n < 1 {
		panic(fmt.Sprintf("percpu: WithMaxObjects(%d): less than 1 object", n))
	}
	return freeListOption(func(o *options) { o.maxObjects = n })
}

func (o *options) perCPUOrDefault() int {
	if o.perCPU == 0 {
		return defaultPerCPU
	}
	return o.perCPU
}

func (o *options) maxObjectsOrMost() int {
	if o.maxObjects == 0 {
		return math.MaxInt
	}
	return o.maxObjects
}
