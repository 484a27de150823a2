//go:build go1.25 && linux

package rseqbackend

import (
	"testing"
	"testing/synctest"

	"github.com/percpu-go/percpu/backend"
)

// TestFirstFenceInBubble: a first fence in a bubble of testing/synctest has the process
// registered there, which ends in real time and with the bubble.
func TestFirstFenceInBubble(t *testing.T) {
	b := openOrSkip(t)
	if !filtered(t, "not registered yet") {
		return
	}
	synctest.Test(t, func(t *testing.T) {
		if err := b.Fence(backend.AllSlots); err != nil {
			t.Error(err)
		}
	})
	if got := b.FenceKind(); got != FenceMembarrier {
		t.Errorf("fences: %s behind the bubble, want %s", got, FenceMembarrier)
	}
}
