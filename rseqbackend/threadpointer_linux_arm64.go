package rseqbackend

import (
	"runtime"

	"github.com/percpu-go/percpu/asm"
)

// threadPointer returns the calling thread's TPIDR_EL0, and whether it points to
// a libc's thread control block. The calling goroutine must be locked to its
// thread, which no area was anchored on yet.
//
// The Go runtime doesn't set the register, so without a libc it has the value
// that the kernel or, in a position-independent executable, ld.so gave the main
// thread: clone hands it down. A libc gives every thread a block of its own.
func threadPointer() (tp uintptr, libc bool, err error) {
	if tp = asm.Anchor(); tp == 0 {
		return 0, false, nil
	}
	other := make(chan uintptr)
	go func() {
		runtime.LockOSThread() // so on another thread than the caller's
		defer runtime.UnlockOSThread()
		other <- asm.Anchor()
	}()
	return tp, <-other != tp, nil
}
