//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// waitInSections makes sections wait before they commit, about a microsecond, so
// that most interrupts and fences land there.
func waitInSections(t *testing.T) {
	atomic.StoreUint64(&asm.Injected.Delay, 2000)
	t.Cleanup(func() { atomic.StoreUint64(&asm.Injected.Delay, 0) })
}

// TestCounterMapAborts: exact sums though sections are aborted, by interrupts and
// by the fences of Delete and Reset.
func TestCounterMapAborts(t *testing.T) {
	b := rseqBackend(t)
	waitInSections(t)
	aborts := b.Stats().Aborts
	if d := stressCounterMap(t, 500_000, primitives.WithBackend(b)); d != 0 {
		t.Errorf("the sum is off by %d", d)
	}
	if aborts = b.Stats().Aborts - aborts; aborts == 0 {
		t.Error("no section was aborted: this test has tested nothing")
	}
	t.Logf("%d aborts", aborts)
}

// noFence is a backend that says it has fenced and has not.
type noFence struct{ backend.Backend }

func (noFence) Fence(int) error { return nil }

// TestCounterMapMissingFenceIsNoticed: the stress test sees that Delete doesn't
// fence.
func TestCounterMapMissingFenceIsNoticed(t *testing.T) {
	b := noFence{rseqBackend(t)}
	waitInSections(t)
	for try := range 20 {
		if d := stressCounterMap(t, 200_000, primitives.WithBackend(b)); d != 0 {
			t.Logf("noticed in run %d: off by %d", try+1, d)
			return
		}
	}
	t.Error("not noticed")
}
