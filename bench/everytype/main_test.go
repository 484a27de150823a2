//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestWithoutDescriptors runs the program where it can have no file open beside
// its standard ones, or few: the runtime's poller needs two and gives up the
// process if it can't have them, so nothing that package percpu does may start it.
func TestWithoutDescriptors(t *testing.T) {
	backend := "atomic"
	for _, c := range primitives.Candidates() {
		if c.Name == "rseq" {
			if _, err := c.Open(); err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			backend = c.Name
		}
	}
	exe := filepath.Join(t.TempDir(), "everytype")
	build := exec.Command("go", "build", "-o", exe, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0") // a dynamic linker needs descriptors of its own
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for limit := 3; limit <= 6; limit++ {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			cmd := exec.Command("/bin/sh", "-c", fmt.Sprintf("ulimit -n %d && exec %s -backend=%s", limit, exe, backend))
			cmd.Env = append(os.Environ(), "PERCPU_BACKEND=auto")
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "every type works") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
