package primitives_test

import (
	"os/exec"
	"regexp"
	"runtime"
	"testing"
)

// TestKeyCounterInlines: an addition by a KeyCounter is a load and a call of the
// assembly leaf. Generic methods are compiled where they are used, so that is
// where to look.
func TestKeyCounterInlines(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("no leaf on this platform")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	out, err := exec.Command(goTool, "build", "-gcflags=-m", "-o", t.TempDir(), module+"examples/treestat").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, call := range []string{`primitives\.\(\*KeyCounter\[.*\]\)\.Add`, `backend\.\(\*GuardedCell\)\.AddIfZero`} {
		if !regexp.MustCompile(`count\.go.* inlining call to ` + call + `\n`).Match(out) {
			t.Errorf("%s is not inlined where treestat counts lines", call)
		}
	}
}
