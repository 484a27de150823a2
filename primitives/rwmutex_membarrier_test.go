//go:build linux

package primitives_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

const filteredEnv = "PERCPU_TEST_NO_MEMBARRIER"

// TestRWMutexWithoutMembarrier runs the lock's tests where membarrier(2) is
// forbidden: where there is no fence by other means, readers must never use slots,
// which a writer could not close.
func TestRWMutexWithoutMembarrier(t *testing.T) {
	if os.Getenv(filteredEnv) != "" {
		b, err := primitives.Candidates()[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		turn(t, primitives.NewRWMutex(), primitives.WithBackend(b))
		return
	}
	if _, err := primitives.Candidates()[0].Open(); err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	filters := []backendtest.Filter{{Syscall: unix.SYS_MEMBARRIER, Errno: unix.EPERM}}
	cmd := backendtest.FilteredCommand(filters, exe(t), "-test.short",
		"-test.run=^Test(RWMutexWithoutMembarrier|RWMutexStandard|RWMutexExclusion|StressRWMutex)$")
	cmd.Env = append(cmd.Environ(), filteredEnv+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
