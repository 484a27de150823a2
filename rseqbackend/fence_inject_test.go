//go:build percpuinject && linux && (amd64 || arm64) && !purego

package rseqbackend

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestFenceIsEnough: sections wait between their look at the guard and their commit.
// After closing the guard and a fence, of either kind, the sum stays as it is, and
// without the fence it does not: then the test has tested something.
func TestFenceIsEnough(t *testing.T) {
	b := openOrSkip(t)
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	wait(t, 20*injectedTurns, 0) // longer than it takes from closing the guard to the fence
	for _, tt := range []struct {
		name  string
		fence func()
		holds bool
	}{
		{"membarrier", func() {
			if err := b.Fence(backend.AllSlots); err != nil {
				t.Error(err)
			}
		}, true},
		{"stop the world", backend.StopTheWorld, true},
		{"omitted", func() {}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := b.Stats().Aborts
			for try := 1; ; try++ { // others may keep the CPUs busy, and the two threads seldom meet
				moved := sumMoves(t, b, tt.fence, 300)
				aborts := b.Stats().Aborts - before
				t.Logf("the sum moved behind %d of 300 fences, %d aborts", moved, aborts)
				switch {
				case tt.holds && moved > 0:
					t.Fatal("not a fence")
				case (tt.holds || moved > 0) && aborts > 0:
					return
				case try == 10 && aborts > 0:
					t.Fatal("nobody missed it: this test has tested nothing")
				case try == 10:
					t.Fatal("no section was aborted: this test has tested nothing")
				}
			}
		})
	}
}

// sumMoves closes a guard and fences, again and again while another goroutine adds, and returns
// how often the sum moved while the guard was closed.
func sumMoves(t *testing.T, b *Backend, fence func(), rounds int) (moved int) {
	g := new(backend.GuardedCell)
	attach(t, g.Cell(), b)
	var stop atomic.Bool
	var added atomic.Int64
	done := make(chan struct{})
	go func() { // one, which runs while this goroutine does
		defer close(done)
		for !stop.Load() {
			pause(300) // not in a section, so that the world can be stopped
			if b.AddIfZero(g, 1) {
				added.Add(1)
			}
		}
	}()
	for range rounds {
		for before := added.Load(); added.Load() < before+10; {
			pause(10)
		}
		pause(rand.IntN(6000)) // or the other one would have just left a section
		g.Guard().Store(1)
		fence()
		first := g.Cell().Sum()
		pause(15_000) // longer than a section
		if g.Cell().Sum() != first {
			moved++
		}
		g.Guard().Store(0)
	}
	stop.Store(true)
	<-done
	if sum := int64(g.Cell().Sum()); sum != added.Load() {
		t.Errorf("sum %d, want %d", sum, added.Load())
	}
	return moved
}

// pause keeps the caller's CPU busy for some turns of a loop.
func pause(turns int) {
	var own atomic.Int64
	for range turns {
		own.Add(1)
	}
}
