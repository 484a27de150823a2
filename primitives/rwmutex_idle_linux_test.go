package primitives_test

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/percpu-go/percpu/primitives"
)

// TestRWMutexIdle: locks that are held, and wait for nothing, use no CPU and are
// garbage when they are dropped; so are those with a cell.
func TestRWMutexIdle(t *testing.T) {
	type object struct {
		_  [4096]byte
		rw *primitives.RWMutex
	}
	opt := primitives.WithBackend(anyBackend(t))
	objects := make([]*object, 1000)
	pointers := make([]weak.Pointer[primitives.RWMutex], len(objects))
	for i := range objects {
		rw := primitives.NewRWMutex(opt)
		if i%2 == 0 {
			turn(t, rw, opt)
		}
		if i%4 < 2 {
			rw.Lock()
		} else {
			rw.RLock()
		}
		objects[i], pointers[i] = &object{rw: rw}, weak.Make(rw)
	}
	time.Sleep(50 * time.Millisecond)
	used := time.Hour
	for range 5 { // something else may use some
		before := cpuTime()
		time.Sleep(200 * time.Millisecond)
		used = min(used, cpuTime()-before)
	}
	if used > 4*time.Millisecond {
		t.Errorf("%d held locks use %v of CPU time in 200 ms", len(objects), used)
	}
	runtime.KeepAlive(objects)
	objects = nil
	waitFor(t, true, "collect the locks", func() bool {
		runtime.GC()
		for _, p := range pointers {
			if p.Value() != nil {
				return false
			}
		}
		return true
	})
}
