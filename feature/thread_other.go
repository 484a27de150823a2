//go:build !linux

package feature

import "runtime"

// OnThread runs f on a goroutine locked to a thread and returns when f has. The
// main thread is nothing special to any probe here, so it is not avoided.
func OnThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done) // deferred, for an f that calls runtime.Goexit
		runtime.LockOSThread()
		f()
	}()
	<-done
}
