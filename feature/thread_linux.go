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
	OnFitThread(1, func() bool { f(); return true })
}

// OnFitThread is OnThread for an f that may find its thread unfit: then it leaves
// it as it was and returns false, and is called on another thread, up to n of them
// in all. OnFitThread reports whether one was fit.
func OnFitThread(n int, f func() bool) bool {
	fit := make(chan bool, 1)
	go offMain(n, f, fit)
	return <-fit
}

// offMain runs f unless it finds itself on the main thread. Then, and if the
// thread is unfit, it stays there, locked, while another goroutine tries: that one
// must land elsewhere.
func offMain(n int, f func() bool, fit chan<- bool) {
	var ok bool
	defer func() { fit <- ok }() // deferred, for an f that calls runtime.Goexit
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		if ok = f(); ok {
			return // still locked: the runtime ends the thread
		}
		n--
	}
	defer runtime.UnlockOSThread() // the thread is someone's, and the main thread can't be ended, it would idle for good
	if n > 0 {
		ok = OnFitThread(n, f)
	}
}
