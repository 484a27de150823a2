package primitives

import "testing"

// TestObjectsLeaveCountAlone: what a shelf counts in the lowest bits of an object's
// address is no part of the address, whatever the size of objects.
func TestObjectsLeaveCountAlone(t *testing.T) {
	for name, addrs := range map[string][]uintptr{
		"no bytes": slabOf[struct{}](),
		"1 byte":   slabOf[byte](),
		"4 bytes":  slabOf[int32](),
		"12 bytes": slabOf[[3]int32](),
		"a string": slabOf[string](),
	} {
		for _, addr := range addrs {
			if addr&firstCount != 0 {
				t.Fatalf("%s: an object at %#x, whose bits %#x count", name, addr, firstCount)
			}
			var h shelf
			for i := range 20 {
				if !h.giveFirst(addr) {
					t.Fatalf("%s: turn %d: the first place is not empty", name, i)
				}
				if got := h.takeFirst(); got != addr {
					t.Fatalf("%s: turn %d: %#x was given, and %#x taken", name, i, addr, got)
				}
			}
			if h.pops() != 20 {
				t.Fatalf("%s: %d pops, want 20", name, h.pops())
			}
		}
	}
}

func slabOf[T any]() []uintptr {
	slab, addrs := newSlab[T](64, 1)
	_ = slab
	return addrs
}
