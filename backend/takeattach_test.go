package backend_test

import (
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestTakeWhileAttached: a cell may get its memory between any two looks of a Take.
func TestTakeWhileAttached(t *testing.T) {
	b := newMemory(t, backend.Geometry{Slots: 2})
	cells := make([]backend.Cell, 200_000)
	var at atomic.Int64
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := range cells {
			at.Store(int64(i))
			if err := cells[i].Attach(b); err != nil {
				t.Error(err)
				return
			}
		}
		at.Store(int64(len(cells)))
	}()
	for {
		i := int(at.Load())
		if i == len(cells) {
			break
		}
		for ahead := range 4 {
			c := &cells[min(i+ahead, len(cells)-1)]
			if n := c.TakeFloat64(); n != 0 {
				t.Fatalf("%v taken of a cell that nobody has added to", n)
			}
			if n := c.SumFloat64(); n != 0 {
				t.Fatalf("the sum of a cell that nobody has added to is %v", n)
			}
		}
	}
	<-done
}
