package primitives

import (
	"context"
	"slices"
	"sync"
)

// bell wakes those that wait until something is so, or until their context is done.
// The zero value is ready.
//
// They wait for a channel and not, as for our locks, for a mutex: in a bubble of
// testing/synctest whoever waits with a context, or for goroutines that sleep, must let
// the bubble's time go on, as it does for a sync.WaitGroup. The channel is the
// waiter's own, and belongs to its bubble only as long as it waits.
type bell struct {
	mu      sync.Mutex
	waiting []chan struct{}
}

// wait returns nil when so returns true, which it asks at once, and then after each
// ring; or the context's error. If it returns nil, so has returned true once.
func (b *bell) wait(ctx context.Context, so func() bool) error {
	for {
		if so() {
			return nil
		}
		rung := make(chan struct{})
		b.mu.Lock()
		b.waiting = append(b.waiting, rung)
		b.mu.Unlock()
		if so() { // or a ring before we were there would be missed
			b.forget(rung)
			return nil
		}
		select {
		case <-rung:
		case <-ctx.Done():
			b.forget(rung)
			if so() {
				return nil
			}
			return ctx.Err()
		}
	}
}

// forget sees to it that nobody rings for a waiter any more, who may leave its bubble.
func (b *bell) forget(rung chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.waiting, rung); i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
	}
}

// ring wakes all that wait. What they wait for has become so before.
func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, rung := range b.waiting {
		close(rung)
	}
	b.waiting = nil
}
