package backendtest

import (
	"runtime"
	"time"
)

// OnThreadThatEnds runs f on a thread that ends with it, and returns when the kernel
// says that it has, or doesn't say so for a second: whoever starts one after the other
// would on a busy machine have thousands of them, which have yet to end.
func OnThreadThatEnds(f func()) {
	tid := make(chan int)
	go func() {
		runtime.LockOSThread() // and return: the thread ends
		defer func() { tid <- threadID() }()
		f()
	}()
	id := <-tid
	for end := time.Now().Add(time.Second); threadLives(id) && time.Now().Before(end); {
		time.Sleep(50 * time.Microsecond)
	}
}
