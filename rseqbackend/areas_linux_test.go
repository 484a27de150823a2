package rseqbackend

import (
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// fakeThreads stands for the kernel's list of threads.
type fakeThreads map[int]bool

func (f fakeThreads) tgkill(tid int) error {
	if f[tid] {
		return nil
	}
	return unix.ESRCH
}

func TestAreasAreReclaimed(t *testing.T) {
	alive := fakeThreads{}
	p := newAreas()
	p.tgkill = alive.tgkill
	const live = 10
	for tid := 1; tid <= 10_000; tid++ {
		alive[tid] = true
		delete(alive, tid-live)
		if _, err := p.take(tid); err != nil {
			t.Fatal(err)
		}
	}
	if mapped, _ := p.count(); mapped > 4*live {
		t.Errorf("%d areas mapped for %d threads at a time", mapped, live)
	}
}

// TestAreasAreNotShared: as long as a thread lives nobody else gets its area,
// whether the kernel knows the thread or won't say.
func TestAreasAreNotShared(t *testing.T) {
	for name, answer := range map[string]error{"alive": nil, "refused": unix.EPERM} {
		p := newAreas()
		p.tgkill = func(int) error { return answer }
		owner := make(map[*asm.Area]int)
		for tid := 1; tid <= 1000; tid++ {
			a, err := p.take(tid)
			if err != nil {
				t.Fatal(err)
			}
			if owner[a] != 0 {
				t.Fatalf("%s: threads %d and %d share an area", name, owner[a], tid)
			}
			owner[a] = tid
			if off := uintptr(unsafe.Pointer(a)) % areaPage; off != areaOffset {
				t.Fatalf("an area at offset %#x of its page, want %#x", off, areaOffset)
			}
		}
	}
}

// TestAreaOfReusedTID: a thread that asks anew under a known ID proves that the
// older thread of that ID has ended.
func TestAreaOfReusedTID(t *testing.T) {
	p := newAreas()
	p.tgkill = func(int) error { return nil }
	for range 1000 {
		if _, err := p.take(7); err != nil {
			t.Fatal(err)
		}
	}
	if mapped, inUse := p.count(); mapped > 16 || inUse != 1 {
		t.Errorf("%d areas, %d in use, want at most 16 and 1", mapped, inUse)
	}
}

// TestAreaNamesItsOwner: from take to put, and the name is asm's.
func TestAreaNamesItsOwner(t *testing.T) {
	p := newAreas()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	a, err := p.take(7)
	if err != nil {
		t.Fatal(err)
	}
	i := p.byTID[7]
	if got := *ownerOf(a); got != asm.AreaOwner() || p.owners[i] == nil != (got == 0) {
		t.Errorf("taken: owner %#x, kept %p, want %#x", got, p.owners[i], asm.AreaOwner())
	}
	p.put(7)
	if got := *ownerOf(a); got != 0 || p.owners[i] != nil {
		t.Errorf("put back: owner %#x, kept %p, want none", got, p.owners[i])
	}
}

// put takes an area back, as if its thread had ended.
func (p *areas) put(tid int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.release(p.byTID[tid])
}
