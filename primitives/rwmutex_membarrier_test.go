//go:build linux

package primitives_test

import (
	"os"
	"os/exec"
	"strings"
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
	t.Parallel() // all is done in another process
	if _, err := primitives.Candidates()[0].Open(); err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	filters := []backendtest.Filter{{Syscall: unix.SYS_MEMBARRIER, Errno: unix.EPERM}}
	tests := "RWMutexWithoutMembarrier|RWMutexExclusion|StressRWMutex"
	if !testing.Short() {
		tests += "|RWMutexStandard"
	}
	cmd := backendtest.FilteredCommand(filters, exe(t), "-test.short", "-test.run=^Test("+tests+")$")
	cmd.Env = append(cmd.Environ(), filteredEnv+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// injectDelay makes sections wait, in builds that can.
var injectDelay = func() {}

const pretendedEnv = "PERCPU_TEST_PRETENDED"

// TestRWMutexPretendedMembarrier: a filter comes while the process runs, and answers
// membarrier(2) with a success that it is not, or with an error. Locks that are
// turned go on, and exclude.
func TestRWMutexPretendedMembarrier(t *testing.T) {
	how := os.Getenv(pretendedEnv)
	if how == "" {
		t.Parallel() // all is done in another process
		if _, err := primitives.Candidates()[0].Open(); err != nil {
			backendtest.Unavailable(t, "rseq", err)
		}
		for _, errno := range []string{"0", "1"} { // none, EPERM
			cmd := exec.Command(exe(t), "-test.run=^TestRWMutexPretendedMembarrier$", "-test.v", "-test.short", "-test.timeout=2m")
			cmd.Env = append(os.Environ(), pretendedEnv+"="+errno)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "--- PASS: TestRWMutexPretendedMembarrier") {
				t.Errorf("errno %s: %v\n%s", errno, err, out)
			}
		}
		return
	}
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	turn(t, primitives.NewRWMutex(primitives.WithBackend(b)), primitives.WithBackend(b)) // with the kernel's fences
	filter := backendtest.Filter{Syscall: unix.SYS_MEMBARRIER}
	if how != "0" {
		filter.Errno = unix.EPERM
	}
	if err := backendtest.FilterProcess([]backendtest.Filter{filter}); err != nil {
		t.Fatal(err)
	}
	injectDelay()
	stressRWMutex(t, 40)
	if n := b.Stats().FenceFailures; len(n) == 0 {
		t.Error("no fence was made otherwise: this test has tested nothing")
	}
}
