package rseqbackend

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/asm"
)

// TestInheritedAnchor: a new thread has the anchor of the thread that made it,
// and is not taken for that thread.
func TestInheritedAnchor(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("libc gives every thread a block of its own")
	}
	c := newCell(t, b)
	const threads = 64
	var seen, adds atomic.Int64
	var wg sync.WaitGroup
	all := make(chan struct{})
	for range threads {
		c.Add(1) // the thread that starts the next has an anchor
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread() // and never unlock: the thread ends
			if area, _, _ := asm.State(); area == 0 && asm.Anchor() != 0 {
				seen.Add(1)
			}
			c.Add(1)
			wantRegistered(t, b)
			if adds.Add(1) == threads {
				close(all)
			}
			<-all // so that each needs a thread of its own
		}()
	}
	wg.Wait()
	if seen.Load() == 0 {
		t.Errorf("no inherited anchor on %d threads", threads)
	}
	wantSum(t, c, 2*threads)
}
