package backendtest

import (
	"os"
	"runtime"
	"sync"
	"testing"
)

// TestRelease: afterwards no thread is bound to fewer CPUs than before, not even
// one that began while the others were being released. Processes that such a
// thread starts would share one CPU with their own tormentor.
func TestRelease(t *testing.T) {
	pid := os.Getpid()
	allowed := affinity(pid)
	if runtime.NumCPU() == 1 {
		t.Skip("one CPU: no thread can be bound to fewer")
	}
	for range 50 {
		for _, tid := range threads(pid) {
			migrate([]int{tid}, allowed, 0) // binds the first
		}
		var threadsLive, checked sync.WaitGroup
		checked.Add(1)
		for range 20 {
			threadsLive.Add(1)
			go func() {
				runtime.LockOSThread() // and return: the thread ends
				threadsLive.Done()
				checked.Wait()
			}()
		}
		release(pid, allowed)
		threadsLive.Wait()
		for _, tid := range threads(pid) {
			if got := affinity(tid); got != allowed && got != (cpuMask{}) {
				t.Errorf("thread %d may run on CPUs %#x of %#x", tid, got[0], allowed[0])
			}
		}
		checked.Done()
		if t.Failed() {
			return
		}
	}
}
