package rseqbackend

import (
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/feature"
)

// TestInheritedAnchor: a thread that has the anchor of another one, as clone
// leaves it, is not taken for that one. Which thread of Go's clones which can't
// be told, so this one is given the anchor.
func TestInheritedAnchor(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("libc gives every thread a block of its own")
	}
	c := newCell(t, b)
	feature.OnThread(func() {
		c.Add(1)
		parents := asm.Anchor()
		feature.OnThread(func() {
			if area, _, _ := asm.State(); area != 0 {
				return // a thread that other tests have used
			}
			asm.SetAnchor(parents)
			if area, cpuID, index := asm.State(); area != 0 || index != 0 {
				t.Errorf("the area at %#x is used, cpu_id %d", area, cpuID)
			}
			c.Add(1)
			wantRegistered(t, b)
			if asm.Anchor() == parents {
				t.Error("the anchor is still the other thread's")
			}
			c.Add(1)
		})
		wantRegistered(t, b)
		c.Add(1)
	})
	if sum := c.Sum(); sum != 2 && sum != 4 {
		t.Errorf("sum %d", sum)
	}
}
