package leaks

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/bench/internal/alltypes"
	"github.com/percpu-go/percpu/primitives"
)

// left returns goroutines that were not there before and don't end. One that the kernel
// has wait, as that which registers the process for fences, or a busy machine, ends after
// more than the half second that goleak waits.
func left(before goleak.Option) (err error) {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if err = goleak.Find(before); err == nil {
			break
		}
	}
	return err
}

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
			if err := left(before); err != nil {
				t.Error(err)
			}
		})
	}
}

const firstEnv = "PERCPU_LEAKS_FIRST"

// TestNoGoroutinesOfSelection: nor does the selection of a backend leave any, in a
// process that has used nothing before, whatever is selected.
func TestNoGoroutinesOfSelection(t *testing.T) {
	if os.Getenv(firstEnv) != "" {
		before := goleak.IgnoreCurrent()
		if err := alltypes.Use(); err != nil {
			t.Error(err)
		}
		if err := left(before); err != nil {
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
	if err := left(before); err != nil {
		t.Error(err)
	}
}
