//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// TestGateFence: a gate that is closed and found empty has nobody inside, though an
// entry was under way. A gate that makes no fence is found out: its Close does not see
// who has found the guard open, and commits later.
func TestGateFence(t *testing.T) {
	b, err := Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	atomic.StoreUint64(&asm.Injected.Delay, 2000)
	defer atomic.StoreUint64(&asm.Injected.Delay, 0)
	if n := enteredUnseen(t, b, fenceOrStop, 300, time.Now().Add(time.Minute)); n != 0 {
		t.Errorf("%d times somebody was inside a gate that was closed and empty", n)
	}
	if enteredUnseen(t, b, func(backend.Backend) {}, 1_000_000, time.Now().Add(30*time.Second)) == 0 {
		t.Error("a gate without a fence was not found out")
	}
}

// enteredUnseen returns how often somebody has entered a gate that then was closed, by
// that fence, and found empty, in a number of rounds or up to the first time without a
// fence.
func enteredUnseen(t *testing.T, b backend.Backend, fence func(backend.Backend), rounds int, end time.Time) (n int) {
	t.Helper()
	for r := 0; r < rounds && n == 0 && time.Now().Before(end); r++ {
		g := NewGate(WithBackend(b))
		for !g.Open() {
			if time.Now().After(end) {
				t.Fatal("the gate has no cell")
			}
			g.Eager()
			g.Enter()
			g.Leave()
		}
		var begun, at atomic.Int64
		entered := make(chan bool)
		go func() {
			at.Store(1)
			for begun.Load() == 0 {
				runtime.Gosched()
			}
			entered <- g.Enter()
		}()
		for at.Load() == 0 {
			runtime.Gosched()
		}
		begun.Store(1)
		for range r % 512 { // at all distances
			_ = at.Load()
		}
		g.in.shutBy(fence, gateMisuse, nil)
		empty := g.in.empty()
		if <-entered && empty {
			n++
		}
	}
	return n
}
