package rseqbackend

import (
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestForkExec: children borrow the address space until they execute, with the
// parent's anchor in their thread block and no registration of their own. Sums
// stay exact, here and in programs that register anew.
func TestForkExec(t *testing.T) {
	b := openOrSkip(t)
	var c backend.Cell
	attach(t, &c, b)
	children := 200
	if testing.Short() {
		children = 5
	}
	var stop atomic.Bool
	var want atomic.Uint64
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var n uint64
			for ; !stop.Load(); n++ {
				c.Add(1)
			}
			want.Add(n)
		}()
	}
	for range children {
		if out, err := exec.Command("/proc/self/exe", "-test.run=^TestLazyRegistration$").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
			break
		}
	}
	stop.Store(true)
	wg.Wait()
	wantSum(t, &c, want.Load())
	t.Logf("%d additions while %d programs were started", want.Load(), children)
}
