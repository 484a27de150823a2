//go:build linux && !386

package alltypes_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/bench/internal/alltypes"
	"github.com/percpu-go/percpu/primitives"
)

const withoutMemoryEnv = "PERCPU_TEST_WITHOUT_MEMORY"

// TestWithoutMemory: where the kernel refuses memory for cells and stacks, every type does
// what it is for. That memory alone is mapped with MAP_NORESERVE: Go's is granted, whose
// runtime does not outlive a refusal.
func TestWithoutMemory(t *testing.T) {
	wanted := os.Getenv(withoutMemoryEnv)
	for _, c := range primitives.Candidates() {
		if wanted != "" && wanted != c.Name {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			b, err := c.Open()
			if err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			if wanted == "" {
				cmd := exec.Command("/proc/self/exe", "-test.run=^TestWithoutMemory$")
				cmd.Env = append(os.Environ(), withoutMemoryEnv+"="+c.Name)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
				return
			}
			filter := backendtest.Filter{Syscall: syscall.SYS_MMAP, Errno: syscall.ENOMEM, Flags: syscall.MAP_NORESERVE}
			if err := backendtest.FilterProcess([]backendtest.Filter{filter}); err != nil {
				t.Fatal(err)
			}
			if err := alltypes.UseOn(b); err != nil {
				t.Error(err)
			}
			l := primitives.NewFreeList[int](primitives.WithBackend(b))
			l.Put(l.Get())
			if st := l.Stats(); st.Stacked != 1 {
				t.Errorf("a FreeList's one object is not on a stack, which could be in Go's memory: %+v", st)
			}
			if st := b.Memory().Stats(); st.Refused == 0 || st.Groups != 0 {
				t.Errorf("some memory was granted, or none was asked for: %+v", st)
			}
		})
	}
}
