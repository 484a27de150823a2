package rseqbackend

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// slotHere returns what a leaf takes for the slot, or SlotSlow if it was to yield.
func slotHere(b *Backend) int {
	slots := make([]int, b.info.Slots)
	var t backend.Table
	t.Make(len(slots))
	for i := range slots {
		slots[i] = i
		t.Set(i, unsafe.Pointer(&slots[i]))
	}
	return *(*int)(t.Here(b, func(t unsafe.Pointer, b any) unsafe.Pointer {
		return (*backend.Table)(t).Get(backend.SlotSlow(b.(*Backend)))
	}))
}

// TestSlot: on a thread that stays on one CPU, the slot is that of the additions.
func TestSlot(t *testing.T) {
	b := openOrSkip(t)
	c := attached(t, b)
	feature.OnThread(func() { // whose affinity ends with it; the main one has no slot in a position-independent executable
		var all, one unix.CPUSet
		if err := unix.SchedGetaffinity(0, &all); err != nil {
			t.Error(err)
			return
		}
		for cpu := range int(b.info.Slots) {
			if !all.IsSet(cpu) {
				continue
			}
			one.Zero()
			one.Set(cpu)
			if err := unix.SchedSetaffinity(0, &one); err != nil {
				continue // it went offline
			}
			for range 100 { // an mm_cid may change between two of these
				before := b.Slot()
				c.Add(1)
				slot := slotHere(b)
				if before < 0 || before >= int(asm.Slots()) || slot < 0 || slot >= int(asm.Slots()) {
					t.Errorf("slots %d and %d of %d", before, slot, asm.Slots())
					return
				}
				if b.info.Index == IndexCPUID && (before != cpu || slot != cpu) {
					t.Errorf("slots %d and %d on CPU %d", before, slot, cpu)
				}
				if b.Slot() == before && slot == before {
					if *c.Word(slot) == 0 {
						t.Errorf("nothing was added in slot %d", slot)
					}
					break
				}
			}
		}
	})
}
