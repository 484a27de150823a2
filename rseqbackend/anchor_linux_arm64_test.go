package rseqbackend

import (
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/feature"
)

// TestInheritedAnchor: a thread that has the anchor of another one, as clone
// leaves it, is not taken for that one, whether that was registered or given up.
// Which thread of Go's clones which can't be told, so this one is given the anchor.
func TestInheritedAnchor(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("libc gives every thread a block of its own")
	}
	for _, givenUp := range []bool{false, true} {
		name := map[bool]string{false: "registered", true: "given up"}[givenUp]
		for _, op := range []operation{operations[0], operations[3]} {
			t.Run(name+"/"+op.name, func(t *testing.T) {
				for range 100 { // each takes threads that other tests have used out of the way
					if inheritAnchor(t, b, op, givenUp) {
						return
					}
				}
				t.Error("no thread was new: this test has tested nothing")
			})
		}
	}
}

// inheritAnchor reports whether it found threads that nobody has used yet.
func inheritAnchor(t *testing.T, b *Backend, op operation, givenUp bool) (tested bool) {
	add, sum := op.begin(t, b)
	var added int64
	once := func() { add(1); added++ }
	feature.OnThread(func() {
		if givenUp {
			if area, _, _ := asm.State(); area != 0 {
				return // a thread that other tests have used
			}
			if err := register(foreign(t), asm.OrigAreaSize); err != nil {
				t.Error(err)
				return
			}
		}
		once()
		parents := asm.Anchor()
		if got := int64(parents) < 0; got != givenUp {
			t.Errorf("anchor %#x, want the sign of one that was given up: %t", parents, givenUp)
		}
		feature.OnThread(func() {
			if area, _, _ := asm.State(); area != 0 {
				return
			}
			tested = true
			asm.SetAnchor(parents)
			if area, cpuID, index := asm.State(); area != 0 || index != 0 {
				t.Errorf("the area at %#x is used, cpu_id %d", area, cpuID)
			}
			overflows := b.Stats().Overflows
			once()
			wantRegistered(t, b)
			if asm.Anchor() == parents {
				t.Error("the anchor is still the other thread's")
			}
			for range 15 {
				once()
			}
			// One that was to yield when it was tried once more overflows: not each does.
			if n := b.Stats().Overflows - overflows; n > 4 {
				t.Errorf("%d operations on overflow slots", n)
			}
		})
		once()
	})
	if sum := sum(); sum != added {
		t.Errorf("sum %d, want %d", sum, added)
	}
	return tested
}
