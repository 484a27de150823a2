package backendtest

import (
	"os"
	"testing"
)

// RequireEnv names a backend whose absence is a failure instead of a skip: on
// machines that have it, CI sets it, so that no test passes because everything
// fell back.
const RequireEnv = "PERCPU_REQUIRE"

// Unavailable ends a test that needs the named backend, which err says can't be
// had here.
func Unavailable(t testing.TB, name string, err error) {
	t.Helper()
	if os.Getenv(RequireEnv) == name {
		t.Fatalf("%s=%s: %v", RequireEnv, name, err)
	}
	t.Skipf("no %s backend here: %v", name, err)
}
