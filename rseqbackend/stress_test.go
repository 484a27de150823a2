package rseqbackend

import (
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
)

// TestStress: exact sums of every operation's section under everything that
// happens to threads.
func TestStress(t *testing.T) {
	b := openOrSkip(t)
	t.Logf("%+v", b.Info())
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			add, sum := op.begin(t, b)
			if d := backendtest.Stress(t, backendtest.Adds(t)/op.share, add, sum); d != 0 {
				t.Errorf("the sum is off by %d", d)
			}
		})
	}
	t.Logf("%+v", b.Stats())
}
