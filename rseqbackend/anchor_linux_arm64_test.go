package rseqbackend

import (
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/feature"
)

// TestInheritedAnchor: a new thread has the anchor of the thread that made it,
// and is not taken for that thread.
func TestInheritedAnchor(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("libc gives every thread a block of its own")
	}
	c := newCell(t, b)
	seen, adds := 0, uint64(0)
	for ; seen == 0 && adds < 1000; adds++ {
		c.Add(1) // on a thread that may make the next one
		feature.OnThread(func() {
			if area, _, _ := asm.State(); area == 0 && asm.Anchor() != 0 {
				seen++
			}
			c.Add(1)
			wantRegistered(t, b)
		})
	}
	if seen == 0 {
		t.Errorf("no inherited anchor on %d threads", adds)
	}
	wantSum(t, c, 2*adds)
}
