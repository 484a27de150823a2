package backend_test

import (
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestParts: each word is under its slot's number, and what was taken is Elsewhere.
func TestParts(t *testing.T) {
	b := fake(t)
	var ints, floats backend.Cell
	for _, c := range []*backend.Cell{&ints, &floats} {
		for range c.Parts() {
			t.Error("a cell that nobody used has parts")
		}
		if err := c.Attach(b); err != nil {
			t.Fatal(err)
		}
	}
	words := b.Memory().Geometry().Words()
	want := make(map[int]uint64)
	for s := range words {
		want[s] = uint64(s) + 1
		*ints.Word(s) = want[s]
		backend.AtomicAddFloat64(floats.Word(s), float64(s)+0.5)
	}
	want[backend.Elsewhere] = -ints.Take()
	for slot, n := range ints.Parts() {
		if want[slot] != n {
			t.Errorf("slot %d: %d, want %d", slot, n, want[slot])
		}
		delete(want, slot)
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
	last := -2
	for slot := range ints.Parts() {
		if slot <= last {
			t.Errorf("slot %d after %d", slot, last)
		}
		last = slot
		if slot == 1 {
			break
		}
	}
	floats.SpareAddFloat64(1000)
	sum := 0.0
	for slot, x := range floats.PartsFloat64() {
		sum += x
		if slot >= 0 && x != float64(slot)+0.5 || slot < 0 && x != 1000 {
			t.Errorf("slot %d: %v", slot, x)
		}
	}
	if sum != floats.SumFloat64() {
		t.Errorf("parts make %v, the sum is %v", sum, floats.SumFloat64())
	}
}
