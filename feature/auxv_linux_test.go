package feature

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRseqAuxvHere(t *testing.T) {
	a, err := RseqAuxv()
	t.Logf("%v, %v", a, err)
	if err != nil {
		t.Errorf("inconclusive: %v", err)
	}
}

// TestProcAuxvAgrees compares the fallback with the vector the runtime kept.
func TestProcAuxvAgrees(t *testing.T) {
	kept, err := unix.Auxv()
	if err != nil {
		t.Skip(err)
	}
	proc, err := procAuxv()
	if err != nil {
		t.Skip(err)
	}
	if n := len(kept) - 1; n >= 0 && kept[n][0] == atNull {
		kept = kept[:n]
	}
	if !slices.Equal(kept, proc) {
		t.Errorf("runtime %v\n/proc   %v", kept, proc)
	}
}
