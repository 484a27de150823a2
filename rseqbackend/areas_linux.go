package rseqbackend

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// areaOffset is where in its page every own area stands: the last 128 bytes,
// one cache line of 64 and its neighbour, which hold the 33 bytes that kernel
// 7.0 wants, at its alignment.
const (
	areaPage   = 4096
	areaOffset = areaPage - 128
)

// areas is the pool of own areas, one to a page. A page costs no more than the
// thread's kernel stack, and the fixed offset is what keeps areas and cells
// from aliasing.
//
// In the word at asm.OwnerOffset an area names its thread by the address of the
// runtime's structure m, where asm wants that. It is m's only name that a section
// can read, but another m may come to stand there once the collector has taken
// the first; its thread may have inherited an anchor that points here. So the
// area also keeps m reachable, until it names it no longer.
type areas struct {
	mu     sync.Mutex
	tids   []int            // thread that an area was given to, 0 if none; parallel to addrs
	addrs  []*asm.Area      // never unmapped
	owners []unsafe.Pointer // that the areas name; parallel to addrs
	free   []int            // indices
	byTID  map[int]int      // index of the area that a live thread holds
	past   uint64           // overflows of threads that held an area before
	tgkill func(tid int) error
}

func newAreas() *areas {
	pid := os.Getpid()
	return &areas{
		byTID:  make(map[int]int),
		tgkill: func(tid int) error { return unix.Tgkill(pid, tid, 0) },
	}
}

// take gives an area to the calling thread, which must be locked and have the
// given ID. It reuses areas of ended threads before it maps more.
func (p *areas) take(tid int) (*asm.Area, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i, ok := p.byTID[tid]; ok {
		p.release(i) // the caller is new, so an older thread of that ID has ended
	}
	if len(p.free) == 0 {
		// A search asks the kernel about every area. Mapping as many as there
		// are, unless the search freed half, makes that a constant cost each.
		if p.reclaim(); len(p.free) <= len(p.addrs)/2 {
			if err := p.grow(max(16, len(p.addrs))); err != nil && len(p.free) == 0 {
				return nil, err
			}
		}
	}
	i := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	p.tids[i] = tid
	p.byTID[tid] = i
	area, owner := p.addrs[i], asm.AreaOwner()
	area.CPUID = asm.CPUIDUninitialized // before it has an owner: the last one's may be in it
	p.owners[i] = outside(owner)
	atomic.StoreUintptr(ownerOf(area), owner)
	return area, nil
}

// ownerOf returns the word that names an area's thread. Threads that inherited
// the area's address read it at any time.
func ownerOf(area *asm.Area) *uintptr {
	return (*uintptr)(unsafe.Add(unsafe.Pointer(area), asm.OwnerOffset))
}

// overflowsOf returns the word in which an area's thread counts what it did on
// overflow slots without Go. Only that thread adds to it, with plain instructions.
func overflowsOf(area *asm.Area) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(area), asm.OverflowsOffset))
}

// overflows returns the sum of those.
func (p *areas) overflows() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.past
	for _, area := range p.addrs {
		n += atomic.LoadUint64(overflowsOf(area))
	}
	return n
}

func (p *areas) release(i int) {
	delete(p.byTID, p.tids[i])
	p.past += atomic.SwapUint64(overflowsOf(p.addrs[i]), 0)
	p.tids[i] = 0
	atomic.StoreUintptr(ownerOf(p.addrs[i]), 0)
	p.owners[i] = nil // not before: see areas
	p.free = append(p.free, i)
}

// reclaim releases the areas of threads that have ended. A thread's ID is found
// until the kernel has finished with it, and it is in returns to user mode that
// the kernel writes to an area, so one whose thread isn't found is written no
// more. An ID that is found may be another thread's by now: then the area waits
// until that thread registers, or ends.
func (p *areas) reclaim() {
	for i, tid := range p.tids {
		if tid != 0 && errors.Is(p.tgkill(tid), unix.ESRCH) {
			p.release(i)
		}
	}
}

func (p *areas) grow(n int) error {
	mem, err := unix.Mmap(-1, 0, n*areaPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	for off := areaOffset; off < len(mem); off += areaPage {
		p.free = append(p.free, len(p.addrs))
		p.addrs = append(p.addrs, (*asm.Area)(unsafe.Pointer(&mem[off])))
		p.owners = append(p.owners, nil)
		p.tids = append(p.tids, 0)
	}
	return nil
}

// count returns the number of areas mapped, and of those not free.
func (p *areas) count() (mapped, inUse int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.addrs), len(p.addrs) - len(p.free)
}
