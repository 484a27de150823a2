package rseqbackend

import (
	"errors"
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// sink is the area of threads that there was no area for: sections store into
// its rseq_cs, read that it has no CPU, and take their slow path. The kernel
// knows nothing of it. It has no owner, so where one is asked for, such a thread
// looks for an area again each time.
var sink = struct {
	_    [64]byte
	area asm.Area
	_    [64]byte
}{area: asm.Area{CPUID: cpuIDNoArea}}

// cpuIDNoArea is asm.CPUIDGivenUp but for that nothing is counted in the area, which
// threads share.
const cpuIDNoArea = asm.CPUIDGivenUp - 1

// enter makes the calling thread able to commit if it can be, and reports
// whether it is: then the operation should be tried through its section. The
// caller may since have moved to another thread, whose turn here it then is. If
// not, the operation belongs on an overflow slot.
func (b *Backend) enter() bool {
	area, cpuID, index := asm.State()
	switch {
	case area != 0 && cpuID >= 0:
		return b.inUse(index)
	case area != 0 && !registrable(cpuID):
		return false // given up
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	switch area, cpuID, index = asm.State(); {
	case area == 0:
		return b.registerOwn()
	case registrable(cpuID):
		return b.registerAgain(areaAt(area))
	}
	return cpuID >= 0 && b.inUse(index)
}

// inUse makes a slot one of those in use, which sections commit to and sums are made
// of, if there is memory for it.
func (b *Backend) inUse(index uint32) bool {
	if index >= uint32(b.info.Slots) {
		return false
	}
	if index >= asm.Slots() {
		asm.GrowSlots(index + 1)
	}
	return true
}

// registrable reports whether an area in which cpu_id is this could be
// registered: nobody has, or libc could not. Libc says that also of threads that
// were begun by one which somebody had unregistered, and doesn't even try.
func registrable(cpuID int32) bool {
	return cpuID == asm.CPUIDUninitialized || cpuID == asm.CPUIDRegistrationFailed
}

// registerOwn gives the calling thread an area of our own.
func (b *Backend) registerOwn() bool {
	area, err := b.areas.take(unix.Gettid())
	if err != nil {
		b.failures.add(err)
		asm.SetAnchor(uintptr(unsafe.Pointer(&sink.area)))
		return false
	}
	asm.SetAnchor(uintptr(unsafe.Pointer(area)))
	return b.register(area)
}

// registerAgain registers the area that the calling thread has but that is not
// registered: libc's or our own after someone has unregistered it, libc's if libc
// could not, or the one that package cgotls keeps, for the first time.
func (b *Backend) registerAgain(area *asm.Area) bool {
	if err := b.keepArea(b.info.AreaSize); err != nil {
		return b.giveUp(area, err)
	}
	return b.register(area)
}

// errNoEffect is an rseq(2) that says 0 and does nothing, as a filter can make it.
var errNoEffect = errors.New("no effect")

// register registers the calling thread's area. If that fails it says so in
// cpu_id, so that it is tried only once.
func (b *Backend) register(area *asm.Area) bool {
	if _, err := tryRegister(area, b.info.AreaSize); err != nil {
		return b.giveUp(area, err)
	}
	if atomic.LoadInt32(&area.CPUID) < 0 {
		return b.giveUp(area, errNoEffect)
	}
	b.registrations.Inc()
	return true
}

// giveUp leaves the calling thread without registration for good. One with an area
// of our own goes on without Go: its anchor says so.
func (b *Backend) giveUp(area *asm.Area, err error) bool {
	b.failures.add(err)
	atomic.StoreInt32(&area.CPUID, asm.CPUIDGivenUp)
	if b.info.Process == ProcessGo {
		b.memory.UseOverflow()
		asm.SetAnchor(-uintptr(unsafe.Pointer(area)))
	}
	return false
}

// ThisThread returns the state of the calling thread, which should be locked.
func ThisThread() Thread {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	t := Thread{TID: unix.Gettid(), Owner: OwnerNone, CPUID: asm.CPUIDUninitialized}
	b := opened.backend.Load()
	if b == nil {
		return t
	}
	addr, cpuID, _ := asm.State()
	switch {
	case addr == 0:
		return t
	case cpuID < 0:
		t.Owner = OwnerError
	default:
		t.Owner = b.info.AreaOwner
		t.PageOffset = pageOffset(areaAt(addr))
	}
	t.CPUID = cpuID
	return t
}
