package backend_test

import (
	"runtime"
	"testing"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

func TestCellSize(t *testing.T) {
	if size := unsafe.Sizeof(backend.Cell{}); unsafe.Sizeof(uintptr(0)) == 8 && size != 24 {
		t.Errorf("a Cell has %d bytes, its doc says 24", size)
	}
}

func TestAttachOnce(t *testing.T) {
	first, second := fake(t), fake(t)
	var c backend.Cell
	for _, b := range []backend.Backend{first, second} {
		if err := c.Attach(b); err != nil {
			t.Fatal(err)
		}
	}
	if c.Backend() != first {
		t.Error("a second Attach changed the backend")
	}
}

func TestUnattached(t *testing.T) {
	var c backend.Cell
	if c.Backend() != nil || c.Sum() != 0 || c.SumFloat64() != 0 || c.Take() != 0 || c.TakeFloat64() != 0 {
		t.Error("an unattached cell is not empty")
	}
	wantPanic(t, "percpu: Cell.Word of no such slot", func() { c.Word(0) })
}

// TestNoDefault: this test does not link package primitives.
func TestNoDefault(t *testing.T) {
	var c backend.Cell
	wantPanic(t, "percpu: Cell used without Attach, and package primitives is not linked", func() { c.Add(1) })
}

func TestWordBounds(t *testing.T) {
	b := fake(t)
	var c backend.Cell
	if err := c.Attach(b); err != nil {
		t.Fatal(err)
	}
	for _, s := range []int{-1, b.Memory().Geometry().Words()} {
		wantPanic(t, "percpu: Cell.Word of no such slot", func() { c.Word(s) })
	}
}

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if got := recover(); got != want {
			t.Errorf("panic %v, want %q", got, want)
		}
	}()
	f()
}

// TestCellOnStack: a Cell need not be on the heap, and its memory stays its own
// while it is used.
func TestCellOnStack(t *testing.T) {
	b := fake(t)
	var c backend.Cell
	if err := c.Attach(b); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		c.Add(1)
		if i%100 == 0 {
			runtime.GC()
			var other backend.Cell
			if err := other.Attach(b); err != nil {
				t.Fatal(err)
			}
			other.Add(1 << 40)
		}
	}
	if c.Sum() != 1000 {
		t.Errorf("sum %d, want 1000", c.Sum())
	}
}
