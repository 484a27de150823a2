//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestHeadcountAborts runs the stress tests with sections that wait, and wants some of
// them aborted.
func TestHeadcountAborts(t *testing.T) {
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	atomic.StoreUint64(&asm.Injected.Delay, injectedTurns)
	defer atomic.StoreUint64(&asm.Injected.Delay, 0)
	const share = 40
	for name, f := range map[string]func(t *testing.T){
		"Ref":      func(t *testing.T) { stressRef(t, share, 2000) },
		"Gate":     func(t *testing.T) { stressGate(t, share) },
		"Sections": func(t *testing.T) { stressSections(t, share) },
	} {
		t.Run(name, func(t *testing.T) {
			aborts := b.Stats().Aborts
			f(t)
			if aborts = b.Stats().Aborts - aborts; aborts == 0 {
				t.Error("no section was aborted: this test has tested nothing")
			}
			t.Logf("%d aborts", aborts)
		})
	}
}
