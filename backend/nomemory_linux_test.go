package backend_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// addressSpace returns how many bytes of address space the process has.
func addressSpace(t *testing.T) uint64 {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseUint(strings.Fields(string(statm))[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * uint64(os.Getpagesize())
}

// TestNoMemory: without address space Attach says so, and the cell works.
func TestNoMemory(t *testing.T) {
	const slots, room = 8192, 256 << 20 // half of what so many slots need
	b := newMemory(t, backend.Geometry{Slots: slots})
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &old); err != nil {
		t.Fatal(err)
	}
	limit := old
	limit.Cur = min(old.Max, addressSpace(t)+room)
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		t.Fatal(err)
	}
	var c backend.Cell
	err := c.Attach(b)
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &old); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, syscall.ENOMEM) {
		t.Fatalf("Attach: %v, want ENOMEM", err)
	}
	if b.Memory().Stats().Refused != 1 {
		t.Errorf("%+v, want one refused", b.Memory().Stats())
	}

	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10_000 {
				c.Add(2)
				c.Add(-1)
			}
		}()
	}
	wg.Wait()
	if c.Sum() != 80_000 || c.Take() != 80_000 || c.Sum() != 0 {
		t.Errorf("the sum of 80000 additions is %d", c.Sum())
	}
	c.AddFloat64(0.5)
	if c.SumFloat64() != 0.5 || c.TakeFloat64() != 0.5 || c.Sum() != 0 {
		t.Error("a cell without memory lost something")
	}
}
