package feature

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// OnThread runs f on a thread other than the process's main thread and returns
// when f has. The goroutine is locked to the thread, which ends with it, so f
// may leave it in any state. It need not be a thread just created.
//
// The main thread is no witness for the others: in a position-independent
// pure-Go executable the dynamic loader has registered an rseq area for it, and
// for it alone, in memory that the Go runtime then walked away from.
func OnThread(f func()) {
	done := make(chan struct{})
	go offMain(f, done)
	<-done
}

// offMain runs f unless it finds itself on the main thread. Then it stays
// there, locked, while another goroutine tries: that one must land elsewhere.
func offMain(f func(), done chan<- struct{}) {
	defer close(done) // deferred, for an f that calls runtime.Goexit
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		f()
		return // still locked: the runtime ends the thread
	}
	defer runtime.UnlockOSThread() // the runtime cannot end the main thread, it would idle for good
	OnThread(f)
}
