//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/primitives"
)

// observationsEnv says how many observations TestHistogramAborts makes of each kind.
const observationsEnv = "PERCPU_STRESS_OBSERVATIONS"

// TestHistogramAborts: snapshots are exact though sections are aborted, by interrupts and
// by the snapshots' fences, and on a backend whose observations are not made in sections.
func TestHistogramAborts(t *testing.T) {
	b := rseqBackend(t)
	atomics, err := primitives.Candidates()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	observations, snapshots := 50_000, 100
	waitInSections(t)
	if s := os.Getenv(observationsEnv); s != "" {
		if observations, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
		snapshots = 1000
		atomic.StoreUint64(&asm.Injected.Delay, 100)
	}
	for _, tt := range []struct {
		name   string
		opts   []primitives.HistogramOption
		exact  bool
		aborts bool
	}{
		{"plain", []primitives.HistogramOption{primitives.WithBackend(b)}, false, true},
		{"exact", []primitives.HistogramOption{primitives.WithBackend(b), primitives.WithExactSnapshots()}, true, true},
		{"exact, atomic", []primitives.HistogramOption{primitives.WithBackend(atomics), primitives.WithExactSnapshots()}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			aborts := b.Stats().Aborts
			h := primitives.NewHistogram(stressBounds, tt.opts...)
			if bad := stressHistogram(t, h, observations, snapshots, tt.exact); bad > 0 {
				t.Errorf("%d snapshots are wrong", bad)
			}
			if aborts = b.Stats().Aborts - aborts; tt.aborts && aborts == 0 {
				t.Error("no section was aborted: this test has tested nothing")
			}
			t.Logf("%d aborts", aborts)
		})
	}
}
