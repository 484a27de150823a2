package feature

import (
	"os"
	"runtime"
	"testing"
)

// The main goroutine starts on the main thread; locking it in an init function
// keeps it there, for onMain.
func init() { runtime.LockOSThread() }

var mainWork = make(chan func())

// onMain runs f on the process's main thread and waits for it.
func onMain(f func()) {
	done := make(chan struct{})
	mainWork <- func() { defer close(done); f() }
	<-done
}

func TestMain(m *testing.M) {
	code := make(chan int)
	go func() { code <- m.Run() }()
	for {
		select {
		case f := <-mainWork:
			f()
		case c := <-code:
			os.Exit(c)
		}
	}
}
