//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestIDsAborts: no ID comes twice though sections are aborted. PERCPU_STRESS_IDS
// says how many.
func TestIDsAborts(t *testing.T) {
	b := rseqBackend(t)
	waitInSections(t)
	aborts := b.Stats().Aborts
	for range 20 {
		drawIDs(t, primitives.NewIDs(primitives.WithBackend(b)), idsToDraw(t))
		if b.Stats().Aborts > aborts {
			t.Logf("%d aborts", b.Stats().Aborts-aborts)
			return
		}
	}
	t.Error("no section was aborted: this test has tested nothing")
}
