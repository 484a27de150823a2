package sync_test

import (
	"testing"

	"github.com/percpu-go/percpu/primitives/internal/stdlibtest"
	"github.com/percpu-go/percpu/primitives/sync"
)

// TestCondRWMutex has readers and a writer of a RWMutex wait for a Cond each.
func TestCondRWMutex(t *testing.T) {
	var (
		rw        sync.RWMutex
		filled    = sync.NewCond(rw.RLocker())
		emptied   = sync.NewCond(&rw)
		items     int
		read      sync.WaitGroup
		announced = make(chan bool)
	)
	const readers = 4
	for range readers {
		read.Add(1)
		go func() {
			defer read.Done()
			filled.L.Lock()
			announced <- true
			for items == 0 {
				filled.Wait()
			}
			filled.L.Unlock()
		}()
	}
	for range readers {
		<-announced
	}
	rw.Lock() // when all wait: a reader gives up its lock by waiting
	items = 1
	rw.Unlock()
	filled.Broadcast()
	read.Wait()

	gone := make(chan bool)
	go func() {
		emptied.L.Lock()
		announced <- true
		for items != 0 {
			emptied.Wait()
		}
		emptied.L.Unlock()
		close(gone)
	}()
	<-announced
	rw.Lock()
	items = 0
	rw.Unlock()
	emptied.Signal()
	<-gone
}

func TestOnce(t *testing.T) {
	calls := 0
	f := sync.OnceFunc(func() { calls++ })
	v := sync.OnceValue(func() int { calls++; return 1 })
	vs := sync.OnceValues(func() (int, string) { calls++; return 2, "two" })
	for range 2 {
		f()
		if got := v(); got != 1 {
			t.Errorf("OnceValue's function returned %d", got)
		}
		if n, s := vs(); n != 2 || s != "two" {
			t.Errorf("OnceValues' function returned %d, %q", n, s)
		}
	}
	if calls != 3 {
		t.Errorf("%d calls of three functions", calls)
	}
}

// TestStandardLibrary runs the standard package's own tests with the import changed.
func TestStandardLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the tests of package sync")
	}
	stdlibtest.Suite{
		Package: "sync_test",
		Files: []string{
			"sync/cond_test.go", "sync/mutex_test.go", "sync/once_test.go", "sync/rwmutex_test.go", "sync/waitgroup_test.go",
		},
		Replace: []string{
			`. "sync"`, `. "github.com/percpu-go/percpu/primitives/sync"`,
			"\t\"internal/testenv\"\n", "",
		},
		Drop: map[string]string{
			"HammerSemaphore":                "the runtime's semaphores are not exported",
			"TestSemaphore":                  "the same",
			"BenchmarkUncontendedSemaphore?": "the same",
			"BenchmarkContendedSemaphore?":   "the same",
		},
		Add: map[string]string{"stdlib_testenv_test.go": `package sync_test

import (
	"os"
	"testing"
)

var testenv internal // instead of the package

type internal struct{}

func (internal) MustHaveExec(testing.TB)      {}
func (internal) Executable(testing.TB) string { return os.Args[0] }
`},
		Tests: []string{
			"TestCondSignal", "TestCondBroadcast", "TestMutex", "TestMutexMisuse", "TestOnce", "TestOncePanic",
			"TestRWMutex", "TestRLocker", "TestWaitGroup",
		},
	}.Run(t)
}
