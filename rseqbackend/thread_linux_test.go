package rseqbackend

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/feature"
)

func newCell(t *testing.T, b *Backend) *backend.Cell {
	t.Helper()
	c := new(backend.Cell)
	if err := c.Attach(b); err != nil {
		t.Fatal(err)
	}
	return c
}

func wantSum(t *testing.T, c *backend.Cell, want uint64) {
	t.Helper()
	if sum := c.Sum(); sum != want {
		t.Errorf("sum %d, want %d", sum, want)
	}
}

// TestLazyRegistration: a new thread is not registered before its first
// operation, and is afterwards.
func TestLazyRegistration(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	if b.Info().Process != "go" {
		t.Skip("libc registers its threads itself")
	}
	feature.OnThread(func() {
		if area, _, _ := asm.State(); area != 0 {
			return // a thread that other tests have used
		}
		before := b.Stats().Registrations
		c.Add(1)
		th := ThisThread()
		if th.Owner != OwnerOurs || th.CPUID < 0 || th.TID != unix.Gettid() || th.PageOffset != areaOffset {
			t.Errorf("after an Add the thread is %+v", th)
		}
		if n := b.Stats().Registrations - before; n != 1 {
			t.Errorf("%d registrations", n)
		}
		c.Add(1)
		if n := b.Stats().Registrations - before; n != 1 {
			t.Errorf("%d registrations after the second Add", n)
		}
		wantSum(t, c, 2)
	})
}

// TestShortLivedThreads: threads that end leave their areas to others.
func TestShortLivedThreads(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	n := 100_000
	if testing.Short() {
		n = 2_000
	}
	const atOnce = 8
	var wg sync.WaitGroup
	for range atOnce {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range n / atOnce {
				backendtest.OnThreadThatEnds(func() {
					c.Add(1)
					wantRegistered(t, b)
				})
			}
		}()
	}
	wg.Wait()
	wantSum(t, c, uint64(n))
	s := b.Stats()
	t.Logf("%d threads: %+v", n, s)
	// Threads end a little after their goroutines, so more than atOnce are
	// alive; what must not happen is growth with n.
	if s.Areas > 1024 {
		t.Errorf("%d areas mapped after %d threads, %d at a time", s.Areas, n, atOnce)
	}
	if b.Info().AreaOwner == OwnerOurs && s.Registrations < uint64(n)/2 {
		t.Errorf("only %d registrations of %d threads: threads did not end", s.Registrations, n)
	}
}

// wantRegistered asks the kernel whether the calling thread's sections use the
// area that the thread registered, and not one that it inherited.
func wantRegistered(t *testing.T, b *Backend) {
	t.Helper()
	if unix.Gettid() == unix.Getpid() {
		return // in a position-independent executable ld.so has registered it
	}
	area, cpuID, _ := asm.State()
	if cpuID < 0 {
		t.Errorf("not registered after an Add: %+v", ThisThread())
	} else if err := sysRseq(areaAt(area), b.Info().AreaSize, 0); err != unix.EBUSY {
		t.Errorf("register the area again: %v, want %v", err, unix.EBUSY)
	}
}

// foreign registers an area as another library would, before us.
func foreign(t *testing.T) *asm.Area {
	t.Helper()
	mem, err := unix.Mmap(-1, 0, areaPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	return (*asm.Area)(unsafe.Pointer(&mem[0]))
}

// onNewThread runs f on a thread that has no area yet.
func onNewThread(t *testing.T, f func()) {
	t.Helper()
	done := false
	for range 1000 { // each takes a thread that other tests have used out of the way
		feature.OnThread(func() {
			if area, _, _ := asm.State(); area == 0 {
				f()
				done = true
			}
		})
		if done {
			return
		}
	}
	t.Error("no thread is new")
}

// TestForeignRegistration: on a thread that another library has registered we
// use overflow slots, having asked the kernel once.
func TestForeignRegistration(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("libc has registered its threads, and we use its areas")
	}
	c := newCell(t, b)
	area := foreign(t)
	onNewThread(t, func() {
		if err := register(area, asm.OrigAreaSize); err != nil {
			t.Error(err)
			return
		}
		before := b.Stats()
		for range 1000 {
			c.Add(1)
			c.AddFloat64(0)
		}
		after := b.Stats()
		if th := ThisThread(); th.Owner != OwnerError {
			t.Errorf("the thread is %+v", th)
		}
		if n := after.Failures["EINVAL"] - before.Failures["EINVAL"]; n != 1 {
			t.Errorf("%d failures counted, want 1: %+v", n, after)
		}
		if n := after.Overflows - before.Overflows; n < 2000 {
			t.Errorf("%d overflows, want 2000", n)
		}
		if w := overflowed(b, c); w != 1000 {
			t.Errorf("the overflow words hold %d, want 1000", w)
		}
	})
	wantSum(t, c, 1000)
}

// TestUnregisteredMeanwhile: someone unregisters the area that a thread has
// been using, ours or libc's. The next operation registers it again.
func TestUnregisteredMeanwhile(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	feature.OnThread(func() {
		c.Add(1)
		addr, cpuID, _ := asm.State()
		if cpuID < 0 {
			t.Errorf("not registered after an Add: %+v", ThisThread())
			return
		}
		before := b.Stats().Registrations
		if err := sysRseq(areaAt(addr), b.Info().AreaSize, rseqUnregister); err != nil {
			t.Errorf("unregister: %v", err)
			return
		}
		if _, cpuID, _ := asm.State(); cpuID != asm.CPUIDUninitialized {
			t.Errorf("cpu_id is %d after unregistration", cpuID)
		}
		c.Add(1)
		if _, cpuID, _ := asm.State(); cpuID < 0 {
			t.Errorf("cpu_id is %d after another Add", cpuID)
		}
		if n := b.Stats().Registrations - before; n != 1 {
			t.Errorf("registered %d times, want once", n)
		}
		c.Add(1)
	})
	wantSum(t, c, 3)
}

// overflowed returns what is in the cell's overflow slots.
func overflowed(b *Backend, c *backend.Cell) (n uint64) {
	for i := range b.Info().Overflow {
		n += atomic.LoadUint64(c.Word(b.Info().Slots + i))
	}
	return n
}

// TestIndexOutOfBounds: CPUs that were not possible use overflow slots.
func TestIndexOutOfBounds(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	slots := b.info.Slots
	inUse := asm.Slots()
	b.info.Slots = 0
	asm.Setup(b.anchorToArea, b.info.Index.offset(), 0)
	for range 100 {
		c.Add(1)
		c.AddFloat64(0)
	}
	b.info.Slots = slots
	asm.Setup(b.anchorToArea, b.info.Index.offset(), inUse)
	if w := overflowed(b, c); w != 100 {
		t.Errorf("the overflow words hold %d, want 100", w)
	}
	c.Add(1)
	wantSum(t, c, 101)
}

// TestSlotsGrow: a slot that nobody has used is made one of those in use by who
// comes there, and not by going to an overflow slot.
func TestSlotsGrow(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	feature.OnThread(func() { // the main one has no slot in a position-independent executable
		c.Add(1) // or this thread is new
		overflows, inUse := b.Stats().Overflows, asm.Slots()
		asm.Setup(b.anchorToArea, b.info.Index.offset(), 0)
		for range 100 {
			c.Add(1)
			c.AddFloat64(0)
		}
		// One whose thread was moved to a slot still higher, after it had grown to the one
		// before, is bounded: once for each slot.
		if n := b.Stats().Overflows - overflows; n >= uint64(b.info.Slots) {
			t.Errorf("%d operations on overflow slots", n)
		}
		if asm.Slots() == 0 {
			t.Error("no slot is in use")
		}
		asm.GrowSlots(inUse)
	})
	wantSum(t, c, 101)
}

// TestNoCellOnAreaLine pins the rule against 4 KiB aliasing.
func TestNoCellOnAreaLine(t *testing.T) {
	b := openOrSkip(t)
	line := uintptr(b.pageOffset) / 64
	for range 2 * areaPage / 8 {
		c := newCell(t, b)
		if at := uintptr(unsafe.Pointer(c.Word(0))) % areaPage; at/64 == line {
			t.Fatalf("a cell at offset %#x of a page, on the line of areas at %#x", at, b.pageOffset)
		}
	}
}

// TestLengthRefused: where lengths over 32 are refused, by an old kernel or a
// filter, be it one that came late, areas are registered with the original one.
func TestLengthRefused(t *testing.T) {
	b := openOrSkip(t)
	if !filtered(t, "over 32") {
		return
	}
	if err := backendtest.FilterProcess([]backendtest.Filter{{Syscall: unix.SYS_RSEQ, Errno: unix.EINVAL, Over: asm.OrigAreaSize}}); err != nil {
		t.Fatal(err)
	}
	libcs := b.info.AreaSize
	b.info.AreaSize = 33 // kernel 7.0's
	c := newCell(t, b)
	for range 4 {
		feature.OnThread(func() {
			c.Add(1)
			if th := ThisThread(); th.Owner != b.Info().AreaOwner || th.CPUID < 0 {
				t.Errorf("the thread is %+v", th)
			}
			addr, _, _ := asm.State()
			if sysRseq(areaAt(addr), libcs, rseqUnregister) != nil {
				if err := sysRseq(areaAt(addr), asm.OrigAreaSize, rseqUnregister); err != nil {
					t.Errorf("unregister: %v", err)
				}
			}
			c.Add(1)
			if th := ThisThread(); th.Owner != b.Info().AreaOwner || th.CPUID < 0 {
				t.Errorf("unregistered meanwhile, the thread is %+v", th)
			}
		})
	}
	// An addition that was to yield when it was tried once more overflows: not each does.
	if s := b.Stats(); s.Overflows > 4 || len(s.Failures) > 0 {
		t.Errorf("%+v", s)
	}
	wantSum(t, c, 8)
}
