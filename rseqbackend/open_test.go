package rseqbackend

import (
	"errors"
	"testing"

	_ "os/user" // in a cgo build makes the test a process whose threads are libc's

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// open returns the backend, or ends the test.
func openOrSkip(t testing.TB) *Backend {
	t.Helper()
	b, err := Open()
	if err != nil {
		backendtest.Unavailable(t, Name, err)
	}
	return b
}

func TestConformance(t *testing.T) {
	b := openOrSkip(t)
	t.Logf("%+v", b.Info())
	backendtest.Run(t, b)
	t.Logf("%+v", b.Stats())
}

// TestOpenIsStable: one backend, or one conclusive reason, for ever.
func TestOpenIsStable(t *testing.T) {
	b1, err1 := Open()
	b2, err2 := Open()
	if b1 != b2 {
		t.Error("two backends")
	}
	if errors.Is(err1, backend.ErrNotSupported) && (err2 == nil || err1.Error() != err2.Error()) {
		t.Errorf("first %v, then %v", err1, err2)
	}
}
