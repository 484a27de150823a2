package main

import (
	"os"
	"runtime"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
)

// thread is a thread's state after it has added to a counter once.
type thread struct {
	Main bool  `json:"main"` // the process's main thread
	Adds int64 `json:"adds"` // what the counter then said
	rseqbackend.Thread
}

// examineThreads returns the states of the calling thread and of another one.
// Without a backend they have nothing to add to.
func examineThreads(b backend.Backend) []thread {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	threads := []thread{examineThread(b)}
	other := make(chan thread)
	go func() {
		// Locked while the caller is, so on another thread. The goroutine
		// ends without unlocking, and the thread with it.
		runtime.LockOSThread()
		other <- examineThread(b)
	}()
	return append(threads, <-other)
}

// examineThread must run on a locked thread.
func examineThread(b backend.Backend) thread {
	var adds int64
	if b != nil {
		c := primitives.NewCounter(primitives.WithBackend(b))
		c.Add(1)
		adds = c.Load()
	}
	t := rseqbackend.ThisThread()
	return thread{Main: t.TID == os.Getpid(), Adds: adds, Thread: t}
}
