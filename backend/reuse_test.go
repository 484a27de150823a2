package backend_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// TestReusedCellsAreZero: a cell that was another's before is zero in all slots,
// also in those that were written though no addition has made them ones in use, as
// whoever closes a cell's words does.
func TestReusedCellsAreZero(t *testing.T) {
	const slots = 4
	b := newMemory(t, backend.Geometry{Slots: slots, Leaf: backend.LeafHint})
	if backend.HintSlots() >= slots {
		t.Fatalf("%d slots are in use, which this test is about less than", backend.HintSlots())
	}
	const cells = 3200
	seen := make(map[*uint64]bool)
	fill := func() (reused int) {
		for range cells {
			c := new(backend.Cell)
			if err := c.Attach(b); err != nil {
				t.Fatal(err)
			}
			if seen[c.Word(0)] {
				reused++
			}
			seen[c.Word(0)] = true
			for s := range slots {
				if w := c.Word(s); *w != 0 {
					t.Fatalf("slot %d of a cell that was another's is %#x", s, *w)
				} else {
					*w = 1 << 63
				}
			}
		}
		return reused
	}
	fill()
	for deadline := time.Now().Add(time.Minute); b.Memory().Stats().Free < cells/64/2; {
		if time.Now().After(deadline) {
			t.Fatalf("%+v: nothing is free", b.Memory().Stats())
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if fill() == 0 {
		t.Error("no cell was used again")
	}
}
