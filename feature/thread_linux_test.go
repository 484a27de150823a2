package feature

import (
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestOffMainHoldsTheMainThread: started on the main thread, which TestMain
// keeps at hand, f runs elsewhere all the same.
func TestOffMainHoldsTheMainThread(t *testing.T) {
	var called, ran int
	onMain(func() {
		called = unix.Gettid()
		offMain(func() { ran = unix.Gettid() }, make(chan struct{}))
	})
	if called != unix.Getpid() {
		t.Fatalf("the test's main thread is %d, the process %d", called, unix.Getpid())
	}
	if ran == 0 || ran == called {
		t.Errorf("f ran on thread %d, called on %d", ran, called)
	}
}

func TestOnThreadEndsTheThread(t *testing.T) {
	var task string
	OnThread(func() { task = "/proc/self/task/" + strconv.Itoa(unix.Gettid()) })
	deadline := time.Now().Add(5 * time.Second)
	for {
		_, err := os.Stat(task)
		if os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s outlives f (%v)", task, err)
		}
		time.Sleep(time.Millisecond)
	}
}
