package rseqbackend

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// onThreads runs f on n threads at once, none of which is the main thread, and leaves
// them to the runtime, to be used again.
func onThreads(n int, f func()) {
	var wg, all sync.WaitGroup
	all.Add(n)
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			if unix.Gettid() != unix.Getpid() {
				f()
			}
			all.Done()
			all.Wait()
		}()
	}
	wg.Wait()
}

// TestOpenPassesOverTakenThreads: threads that a library has registered, or another
// copy of this package, are no reason against the others.
func TestOpenPassesOverTakenThreads(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != ProcessGo {
		t.Skip("every thread has libc's area")
	}
	examine := func() error {
		other := &Backend{areas: newAreas()}
		auxv, _ := feature.RseqAuxv()
		err := other.examineThreads(auxv)
		if err == nil && other.info.Process != ProcessGo {
			t.Errorf("%+v", other.info)
		}
		return err
	}
	if !filtered(t, "a library") {
		c := newCell(t, b)
		onThreads(20, func() { c.Add(1) })
		// On arm64 the anchors of a copy are thread pointers, and each thread's is
		// another, as a libc's are: the second copy has the atomic backend.
		if err := examine(); err != nil && runtime.GOARCH != "arm64" || err != nil && !errors.Is(err, backend.ErrNotSupported) {
			t.Errorf("threads of a copy: %v", err)
		}
		return
	}
	taken := map[int]bool{}
	var mu sync.Mutex
	onThreads(maxTaken-1, func() {
		if _, err := tryRegister(foreignArea(t), asm.OrigAreaSize); err != nil {
			t.Error(err)
		}
		mu.Lock()
		taken[unix.Gettid()] = true
		mu.Unlock()
	})
	for range 10 {
		if err := examine(); err != nil {
			t.Errorf("threads of a library: %v", err)
		}
	}
	used := 0
	for range 100 {
		feature.OnFitThread(maxTaken, func() bool {
			if taken[unix.Gettid()] {
				used++
			}
			return false
		})
	}
	// Which threads come is the runtime's business. With four slow CPUs, as emulated
	// ones are, those that were used last do, and that may be others.
	if t.Logf("%d threads that were taken came", used); used == 0 && runtime.GOARCH == "amd64" {
		t.Error("no thread that was taken is in use: this test has tested nothing")
	}
	block(t, unix.EINVAL, unix.SYS_RSEQ)
	if err := examine(); !errors.Is(err, unix.EINVAL) || !errors.Is(err, backend.ErrNotSupported) {
		t.Errorf("every thread taken, as it seems: %v, want EINVAL, conclusively", err)
	}
}

// foreignArea returns an area that is never unmapped.
func foreignArea(t *testing.T) *asm.Area {
	t.Helper()
	mem, err := unix.Mmap(-1, 0, areaPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Error(err)
	}
	return (*asm.Area)(unsafe.Pointer(&mem[0]))
}

// TestBorrowLeavesNothing: when it has been decided, however, the thread is not
// registered any more and the area is gone.
func TestBorrowLeavesNothing(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != ProcessGo {
		t.Skip("every thread has libc's area")
	}
	for _, want := range []error{nil, errNotAborted} {
		feature.OnFitThread(maxAnchored, func() bool {
			if area, _, _ := asm.State(); area != 0 {
				return false
			}
			const times = 5 // also on a thread that was examined before
			stillMapped := 0
			for range times {
				var addr uintptr
				err := b.borrow(asm.OrigAreaSize, func(area *asm.Area, size uint32) error {
					addr = uintptr(unsafe.Pointer(area))
					if !mapped(addr) || area.CPUID < 0 {
						t.Errorf("area at %#x, cpu_id %d", addr, area.CPUID)
					}
					return want
				})
				if !errors.Is(err, want) || addr == 0 {
					t.Errorf("%v, want %v", err, want)
				}
				if mapped(addr) { // or again: another thread may have been given the place
					stillMapped++
				}
			}
			if stillMapped == times {
				t.Error("the areas are still mapped")
			}
			return true
		})
	}
	if !filtered(t, "fresh") {
		return
	}
	if mapped, inUse := b.areas.count(); mapped != 0 || inUse != 0 {
		t.Errorf("Open left %d areas, %d in use", mapped, inUse)
	}
	block(t, unix.ENOSYS, unix.SYS_RSEQ)
	feature.OnThread(func() {
		if err := b.borrow(asm.OrigAreaSize, nil); !errors.Is(err, unix.ENOSYS) {
			t.Errorf("%v, want ENOSYS", err)
		}
	})
}

// mapped reports whether there is memory at an address.
func mapped(addr uintptr) bool {
	var in [1]byte
	_, _, errno := unix.Syscall(unix.SYS_MINCORE, addr&^(areaPage-1), areaPage, uintptr(unsafe.Pointer(&in)))
	return errno == 0
}

// TestPretendedRegistration: a filter that answers rseq(2) with "success" does not
// register anything, and is not believed by Open.
func TestPretendedRegistration(t *testing.T) {
	openOrSkip(t)
	if !filtered(t, "pretended") {
		return
	}
	if os.Getenv(filteredEnv) != "pretended" {
		t.Fatal("no filter")
	}
	block(t, 0, unix.SYS_RSEQ)
	feature.OnThread(func() {
		if _, err := tryRegister(foreignArea(t), asm.OrigAreaSize); !errors.Is(err, errNoEffect) || !errors.Is(refused(err), backend.ErrNotSupported) {
			t.Errorf("%v, want %v, conclusively", err, errNoEffect)
		}
	})
	if _, err := open(); !errors.Is(err, backend.ErrNotSupported) {
		t.Errorf("%v, want it refused", err)
	}
}
