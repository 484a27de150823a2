package primitives

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/feature"
)

// otherLeavesEnv says that this is the process of TestShardsWhereLeavesLook.
const otherLeavesEnv = "PERCPU_TEST_OTHER_LEAVES"

// TestShardsWhereLeavesLook: leaves look for parts by their own index whatever the
// backend of the Sharded, so where they are rseq's a Sharded on the atomic backend has
// its parts there. A process that may use only the last CPU has mm_cids that are not
// the CPU's number.
func TestShardsWhereLeavesLook(t *testing.T) {
	if os.Getenv(otherLeavesEnv) != "" {
		shardsWhereLeavesLook(t)
		return
	}
	runtime.LockOSThread() // a process inherits the affinity of the thread that starts it
	defer runtime.UnlockOSThread()
	var all, last unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		t.Fatal(err)
	}
	cpu := 8*int(unsafe.Sizeof(all)) - 1
	for !all.IsSet(cpu) {
		cpu--
	}
	if cpu == 0 {
		t.Skip("there is no CPU but the first")
	}
	last.Set(cpu)
	defer func() { _ = unix.SchedSetaffinity(0, &all) }()
	if err := unix.SchedSetaffinity(0, &last); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestShardsWhereLeavesLook$", "-test.v")
	cmd.Env = append(os.Environ(), otherLeavesEnv+"=1", "PERCPU_INDEX=mm_cid")
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	}
}

func shardsWhereLeavesLook(t *testing.T) {
	selection, err := Default()
	if err != nil || selection.Backend.Name() != "rseq" {
		backendtest.Unavailable(t, "rseq", err)
	}
	b, err := atomicbackend.Open()
	if err != nil {
		t.Fatal(err)
	}
	if !backend.CPUHinted() {
		t.Skip("this processor does not tell the CPU")
	}
	s := NewSharded[int](WithBackend(b))
	miss := func(unsafe.Pointer, any) unsafe.Pointer { return nil }
	apart, found := 0, 0
	feature.OnThread(func() { // the main one has no area of ours in a position-independent executable
		for range 1000 {
			part := s.Here()
			leaf := s.core.table.Here(nil, miss)
			if backend.SlotSlow(selection.Backend) == backend.CPUHint() {
				continue
			}
			if apart++; leaf == unsafe.Pointer(part) {
				found++
			}
		}
	})
	if apart == 0 {
		t.Skip("every mm_cid was the number of its CPU")
	}
	// A leaf finds nothing when the thread was to yield.
	if found < apart/2 {
		t.Errorf("leaves found %d of %d parts", found, apart)
	}
}
