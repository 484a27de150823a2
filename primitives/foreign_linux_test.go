package primitives_test

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// withoutRseq makes the calling thread, which should be new and about to end,
// one that another library has registered, so that our sections can't commit on
// it. It reports whether that went well: in a libc process it does not.
func withoutRseq() bool {
	const length, signature = 32, 0x53053053
	area, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return false
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_RSEQ, uintptr(unsafe.Pointer(&area[0])), length, 0, signature, 0, 0)
	if errno != 0 {
		unix.Munmap(area)
	}
	return errno == 0 // the area stays: the kernel writes to it until the thread ends
}
