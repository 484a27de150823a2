package rseqbackend

import (
	"errors"
	"runtime"
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
	if errors.Is(err1, backend.ErrNotSupported) && err1 != err2 {
		t.Errorf("first %v, then %v", err1, err2)
	}
}

func TestCheckGoVersion(t *testing.T) {
	for version, ok := range map[string]bool{
		"go1.24":                  true,
		"go1.24.11":               true,
		"go1.25rc1":               true,
		"go1.26.8 X:nodwarf5":     true,
		"go1.27.0":                true,
		"go1.23.4":                false,
		"go1.28.0":                false,
		"go1.240":                 false,
		"go2.24":                  false,
		"go1.":                    false,
		"devel go1.28-abcdef Mon": false,
		"":                        false,
	} {
		err := checkGoVersion(version)
		if (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
		if err != nil && !errors.Is(err, backend.ErrNotSupported) {
			t.Errorf("%q: inconclusive: %v", version, err)
		}
	}
	if err := checkGoVersion(runtime.Version()); err != nil {
		t.Errorf("this Go is not in the list: %v", err)
	}
}
