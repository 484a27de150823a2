package rseqbackend

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
)

// threadPointer returns the calling thread's FS base, and whether it points to a
// libc's thread control block: that begins with its own address, where the Go
// runtime's has the anchor.
func threadPointer() (tp uintptr, libc bool, err error) {
	const archGetFS = 0x1003 // ARCH_GET_FS of <asm/prctl.h>
	_, _, errno := unix.RawSyscall(unix.SYS_ARCH_PRCTL, archGetFS, uintptr(unsafe.Pointer(&tp)), 0)
	if errno != 0 {
		return 0, false, errno
	}
	return tp, asm.Anchor() == tp, nil
}
