package rseqbackend

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// sink is the area of all threads that could not be registered: sections store
// into its rseq_cs, read that it has no CPU, and take their slow path. The
// kernel knows nothing of it.
var sink = struct {
	_    [64]byte
	area asm.Area
	_    [64]byte
}{area: asm.Area{CPUID: asm.CPUIDRegistrationFailed}}

// enter registers the calling thread if nobody has tried, and reports whether
// that succeeded just now: then the operation should be tried again. If not, it
// belongs on an overflow slot: the thread can't be registered, or its index is
// out of bounds, or the caller has moved meanwhile to a thread that is
// registered, where the overflow slot is as right as any.
func (b *Backend) enter() bool {
	if area, cpuID := asm.State(); area != 0 && cpuID != asm.CPUIDUninitialized {
		return false
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	addr, cpuID := asm.State()
	switch {
	case addr == 0:
		return b.registerOwn()
	case cpuID == asm.CPUIDUninitialized:
		return b.registerAgain(areaAt(addr))
	}
	return false
}

// registerOwn gives the calling thread an area of our own.
func (b *Backend) registerOwn() bool {
	tid := unix.Gettid()
	area, err := b.areas.take(tid)
	if err == nil {
		if err = register(area, b.info.AreaSize); err == nil {
			asm.SetAnchor(uintptr(unsafe.Pointer(area)))
			b.registrations.Inc()
			return true
		}
		b.areas.put(tid)
	}
	b.failures.add(err)
	asm.SetAnchor(uintptr(unsafe.Pointer(&sink.area)))
	return false
}

// registerAgain registers the area that the calling thread has, libc's or our
// own, after someone has unregistered it. If that fails it says so in cpu_id,
// as libc does, so that it is tried only once.
func (b *Backend) registerAgain(area *asm.Area) bool {
	if err := register(area, b.info.AreaSize); err != nil {
		b.failures.add(err)
		atomic.StoreInt32(&area.CPUID, asm.CPUIDRegistrationFailed)
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
	addr, cpuID := asm.State()
	switch {
	case addr == 0:
		return t
	case cpuID < 0:
		t.Owner = OwnerError
	default:
		t.Owner = b.info.AreaOwner
	}
	t.CPUID = cpuID
	t.PageOffset = pageOffset(areaAt(addr))
	return t
}
