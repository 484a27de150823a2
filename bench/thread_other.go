//go:build !linux

package bench

import (
	"runtime"
	"time"
)

// osThread is a thread of which nothing is known: pinning is not portable.
// Results carry a note that says so.
type osThread struct{ cpu int }

func allowedCPUs() ([]int, error) {
	cpus := make([]int, runtime.NumCPU())
	for i := range cpus {
		cpus[i] = i
	}
	return cpus, nil
}

func pin(cpu int) (*osThread, error) { return &osThread{cpu}, nil }

func (th *osThread) unpin() error         { return nil }
func (th *osThread) pinned() bool         { return false }
func (th *osThread) timed() bool          { return false }
func (th *osThread) current() int         { return th.cpu } // where it should be, for want of better
func (th *osThread) delay() time.Duration { return 0 }
