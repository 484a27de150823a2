package main

import (
	"sync"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// Readers look at a word that nobody writes, as readers do. A lock leaves nothing
// behind that could be counted, so that it was locked can't be checked.

func contendReadLock(name string, b backend.Backend) *contender {
	locks := newByThreads(func() *primitives.RWMutex { return primitives.NewRWMutex(primitives.WithBackend(b)) })
	word := new(padded[int64])
	return contend(name, func(_, n int) {
		rw := locks.now
		for range n {
			rw.RLock()
			if word.v != 0 {
				panic("a reader sees a write")
			}
			rw.RUnlock()
		}
	}, nil).prepared(locks.prepare)
}

func contendSyncReadLock() *contender {
	rw := &new(padded[sync.RWMutex]).v
	word := new(padded[int64])
	return contend(syncReadLock, func(_, n int) {
		for range n {
			rw.RLock()
			if word.v != 0 {
				panic("a reader sees a write")
			}
			rw.RUnlock()
		}
	}, nil)
}
