//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// injectedTurns is how long sections wait before they commit: about a
// microsecond, so that most interrupts land there.
const injectedTurns = 2000

func init() {
	injectDelay = func() { atomic.StoreUint64(&asm.Injected.Delay, injectedTurns) }
}

// TestRWMutexAborts runs the stress test with sections that wait, and wants
// some of them aborted.
func TestRWMutexAborts(t *testing.T) {
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	aborts := b.Stats().Aborts
	atomic.StoreUint64(&asm.Injected.Delay, injectedTurns)
	defer atomic.StoreUint64(&asm.Injected.Delay, 0)
	stressRWMutex(t, 20)
	if aborts = b.Stats().Aborts - aborts; aborts == 0 {
		t.Error("no section was aborted: this test has tested nothing")
	}
	t.Logf("%d aborts", aborts)
}
