//go:build linux

package atomicbackend

import (
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend"
)

// TestNextSlotIsInUse: items that were pushed on the stack of the next slot,
// because somebody held that of the hint's, are found by who looks through all. It
// looks at a process that begins on one CPU, where there are more slots than are in
// use, if the machine has more CPUs.
func TestNextSlotIsInUse(t *testing.T) {
	const child = "PERCPU_TEST_ONE_CPU"
	if os.Getenv(child) == "" {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var all, one unix.CPUSet
		if err := unix.SchedGetaffinity(0, &all); err != nil {
			t.Fatal(err)
		}
		for cpu := 0; one.Count() == 0; cpu++ {
			if all.IsSet(cpu) {
				one.Set(cpu)
			}
		}
		if err := unix.SchedSetaffinity(0, &one); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = unix.SchedSetaffinity(0, &all) }()
		cmd := exec.Command(os.Args[0], "-test.run=^TestNextSlotIsInUse$")
		cmd.Env = append(os.Environ(), child+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	var s backend.Stack
	if err := s.Attach(b, backend.StackConfig{Capacity: 4, Tag: backend.NewTag()}); err != nil {
		t.Fatal(err)
	}
	for slot := range min(backend.HintSlots(), b.Memory().Geometry().Slots) {
		h, _ := s.Block(slot)
		old := atomic.LoadUint64(h)
		atomic.StoreUint64(h, uint64(backend.StackHeader(old).Lock()))
		n := 0
		for range 4 {
			if b.Push(&s, 8) {
				n++
			}
		}
		atomic.StoreUint64(h, old)
		if got := s.Len(); got != n {
			t.Errorf("slot %d held: %d items were pushed, and there are %d", slot, n, got)
		}
		if items, err := s.Drain(nil); err != nil || len(items) != n {
			t.Errorf("slot %d held: %d items were pushed, and %d drained: %v", slot, n, len(items), err)
		}
	}
}
