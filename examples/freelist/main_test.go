package main

import (
	"math"
	"strings"
	"testing"
)

// TestAllocations: a packet takes an allocation without a list, and none with it.
func TestAllocations(t *testing.T) {
	const packets = 2000
	for _, tt := range []struct {
		buffers buffers
		least   float64
		most    float64
	}{
		{newBuffers{}, 1, 2},
		{newListBuffers(), 0, 0.05},
	} {
		least := math.Inf(1) // of some runs: the runtime allocates now and then for itself
		for range 5 {
			r, err := measure(tt.buffers, packets, 2)
			if err != nil {
				t.Skipf("no UDP here: %v", err)
			}
			t.Logf("%s %+v", tt.buffers, r)
			if least = min(least, r.allocations); least <= tt.most {
				break
			}
		}
		if least < tt.least || least > tt.most {
			t.Errorf("%s %v allocations a packet, want %v to %v", tt.buffers, least, tt.least, tt.most)
		}
	}
}

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(&out, 10, 1); err != nil {
		t.Skipf("no UDP here: %v", err)
	}
	for _, want := range []string{"a new buffer each time:  10 packets echoed", "a FreeList:", "Objects:"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if run(&out, 0, 1) == nil || run(&out, 1, 0) == nil {
		t.Error("nothing to do is no error")
	}
}
