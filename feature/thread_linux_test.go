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
		offMain(1, func() bool { ran = unix.Gettid(); return true }, make(chan bool, 1))
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
	deadline := time.Now().Add(30 * time.Second)
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

// TestOnFitThread: each try is on another thread, and those that were not fit
// are left to the runtime.
func TestOnFitThread(t *testing.T) {
	for _, enough := range []int{1, 3, 10} {
		tried := map[int]bool{}
		fit := OnFitThread(5, func() bool {
			tried[unix.Gettid()] = true
			return len(tried) == enough
		})
		if want := min(enough, 5); len(tried) != want || fit != (enough <= 5) {
			t.Errorf("%d threads tried, want %d; fit %t", len(tried), want, fit)
		}
	}
}
