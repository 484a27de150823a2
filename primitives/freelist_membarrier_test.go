//go:build linux

package primitives_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestFreeListWithoutMembarrier runs the tests of lists where
// membarrier(2) is forbidden: lists must then use stacks that can be drained all
// the same.
func TestFreeListWithoutMembarrier(t *testing.T) {
	if os.Getenv(filteredEnv) != "" {
		if _, err := primitives.Default(); err != nil { // or the list begins without
			t.Fatal(err)
		}
		l := new(primitives.FreeList[thing])
		l.Put(l.Get())
		if s := l.Stats(); s.Backend != "atomic" || l.Drain() != nil {
			t.Fatalf("%+v, want stacks of the atomic backend", s)
		}
		return
	}
	t.Parallel() // all is done in another process
	if _, err := primitives.Candidates()[0].Open(); err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	filters := []backendtest.Filter{{Syscall: unix.SYS_MEMBARRIER, Errno: unix.EPERM}}
	cmd := backendtest.FilteredCommand(filters, exe(t), "-test.short",
		"-test.run=^Test(FreeListWithoutMembarrier|FreeListDrain|FreeListMax|StressFreeList)$")
	cmd.Env = append(cmd.Environ(), filteredEnv+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
