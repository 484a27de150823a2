package leaks

import (
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/bench/internal/alltypes"
	"github.com/percpu-go/percpu/primitives"
)

// TestNoGoroutines: when every type was used and the goroutines that used them have
// ended, none is there that was not there before.
func TestNoGoroutines(t *testing.T) {
	for _, c := range primitives.Candidates() {
		t.Run(c.Name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			b, err := c.Open()
			if err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			if err := alltypes.UseOn(b); err != nil {
				t.Error(err)
			}
			goleak.VerifyNone(t, before)
		})
	}
}

const firstEnv = "PERCPU_LEAKS_FIRST"

// TestNoGoroutinesOfSelection: nor does the selection of a backend leave any, in a
// process that has used nothing before, whatever is selected.
func TestNoGoroutinesOfSelection(t *testing.T) {
	if os.Getenv(firstEnv) != "" {
		defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
		if err := alltypes.Use(); err != nil {
			t.Error(err)
		}
		return
	}
	for _, wanted := range []string{"auto", "rseq", "atomic"} {
		t.Run(wanted, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestNoGoroutinesOfSelection$", "-test.v")
			cmd.Env = append(os.Environ(), firstEnv+"=1", "PERCPU_BACKEND="+wanted)
			out, err := cmd.CombinedOutput()
			if err == nil {
				return
			}
			if wanted == "rseq" {
				if _, unavailable := openRseq(); unavailable != nil {
					backendtest.Unavailable(t, wanted, unavailable)
				}
			}
			t.Errorf("%v\n%s", err, out)
		})
	}
}

func openRseq() (any, error) {
	for _, c := range primitives.Candidates() {
		if c.Name == "rseq" {
			return c.Open()
		}
	}
	return nil, os.ErrNotExist
}

// TestNotices plants a leak.
func TestNotices(t *testing.T) {
	before := goleak.IgnoreCurrent()
	stop := make(chan bool)
	go func() { <-stop }()
	if goleak.Find(before) == nil {
		t.Error("a goroutine that was left behind was not noticed")
	}
	close(stop)
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}
