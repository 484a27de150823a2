package primitives

import (
	"syscall"
	"unsafe"
)

// rawClock is the time in nanoseconds since some moment, from the kernel. Package
// time's is another one in a bubble of testing/synctest, where it stands still as
// long as anyone runs.
func rawClock() int64 {
	const monotonic = 1 // CLOCK_MONOTONIC
	var ts syscall.Timespec
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, monotonic, uintptr(unsafe.Pointer(&ts)), 0) // it has failed on no kernel
	return ts.Nano()
}
