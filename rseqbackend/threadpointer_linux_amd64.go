package rseqbackend

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// threadPointer returns the calling thread's FS base.
func threadPointer() (uintptr, error) {
	const archGetFS = 0x1003 // ARCH_GET_FS of <asm/prctl.h>
	var base uintptr
	_, _, errno := unix.RawSyscall(unix.SYS_ARCH_PRCTL, archGetFS, uintptr(unsafe.Pointer(&base)), 0)
	if errno != 0 {
		return 0, errno
	}
	return base, nil
}
