//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestHistogramAborts: snapshots are exact though sections are aborted, by interrupts and
// by the snapshots' fences.
func TestHistogramAborts(t *testing.T) {
	b := rseqBackend(t)
	waitInSections(t)
	for name, opts := range map[string][]primitives.HistogramOption{"plain": nil, "exact": {primitives.WithExactSnapshots()}} {
		t.Run(name, func(t *testing.T) {
			aborts := b.Stats().Aborts
			h := primitives.NewHistogram(stressBounds, append(opts, primitives.WithBackend(b))...)
			if bad := stressHistogram(t, h, 50_000, 100, opts != nil); bad > 0 {
				t.Errorf("%d snapshots are wrong", bad)
			}
			if aborts = b.Stats().Aborts - aborts; aborts == 0 {
				t.Error("no section was aborted: this test has tested nothing")
			}
			t.Logf("%d aborts", aborts)
		})
	}
}
