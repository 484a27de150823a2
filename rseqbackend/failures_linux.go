package rseqbackend

import (
	"maps"
	"sync"
)

// failures counts what failed by errno.
type failures struct {
	mu sync.Mutex
	by map[string]uint64
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by = make(map[string]uint64)
	}
	f.by[errnoName(err)]++
}

func (f *failures) counts() map[string]uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := make(map[string]uint64, len(f.by))
	maps.Copy(m, f.by)
	return m
}
