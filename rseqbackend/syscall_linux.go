package rseqbackend

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// rseqUnregister is RSEQ_FLAG_UNREGISTER of <linux/rseq.h>.
const rseqUnregister = 1

// sysRseq calls rseq(2) for the calling thread, which must be locked:
// registrations are a thread's. The area must be mapped for as long as the
// thread lives. It returns nil or a unix.Errno.
func sysRseq(area *asm.Area, length uint32, flags int) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_RSEQ, uintptr(unsafe.Pointer(area)), uintptr(length), uintptr(flags), asm.Signature, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// register registers an area, whose fields it initializes: Linux 5.10 leaves an
// rseq_cs as it was, and later kills the process for it.
func register(area *asm.Area, length uint32) error {
	area.RseqCS = 0
	area.CPUID = asm.CPUIDUninitialized
	area.CPUIDStart = 0
	return sysRseq(area, length, 0)
}

// areaAt returns the area at an address.
func areaAt(addr uintptr) *asm.Area { return (*asm.Area)(outside(addr)) }
