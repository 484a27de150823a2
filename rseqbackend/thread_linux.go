package rseqbackend

import (
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
}{area: asm.Area{CPUID: asm.CPUIDGivenUp}}

// enter makes the calling thread able to commit if it can be, and reports
// whether it is: then the operation should be tried through its section. The
// caller may since have moved to another thread, whose turn here it then is. If
// not, the operation belongs on an overflow slot.
func (b *Backend) enter() bool {
	area, cpuID, ready := asm.State()
	if ready {
		return true
	}
	if area != 0 && !registrable(cpuID) {
		return false // given up, or the index is out of bounds
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	switch area, cpuID, ready = asm.State(); {
	case area == 0:
		return b.registerOwn()
	case registrable(cpuID):
		return b.registerAgain(areaAt(area))
	}
	return ready
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
	if _, err = tryRegister(area, b.info.AreaSize); err != nil {
		b.failures.add(err)
		area.CPUID = asm.CPUIDGivenUp // the thread keeps the area to remember that
		asm.SetAnchor(uintptr(unsafe.Pointer(area)))
		return false
	}
	asm.SetAnchor(uintptr(unsafe.Pointer(area)))
	b.registrations.Inc()
	return true
}

// registerAgain registers the area that the calling thread has but that is not
// registered: libc's or our own after someone has unregistered it, libc's if libc
// could not, or the one that package cgotls keeps, for the first time. If that
// fails it says so in cpu_id, so that it is tried only once.
func (b *Backend) registerAgain(area *asm.Area) bool {
	err := b.keepArea(b.info.AreaSize)
	if err == nil {
		_, err = tryRegister(area, b.info.AreaSize)
	}
	if err != nil {
		b.failures.add(err)
		atomic.StoreInt32(&area.CPUID, asm.CPUIDGivenUp)
		return false
	}
	b.registrations.Inc()
	return true
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
