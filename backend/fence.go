package backend

import (
	"runtime"
	"sync"
)

// world is what runtime.ReadMemStats wants to write to, too much for a stack.
var world struct {
	mu    sync.Mutex
	stats runtime.MemStats
}

// StopTheWorld does what Backend.Fence does, on all slots of every backend, and can't
// be refused: it has the runtime stop all goroutines and start them again. It is for
// who relies on fences that have worked until now, as a filter of system calls may come
// while the process runs. runtime.ReadMemStats has always stopped the world;
// what it reads is not looked at.
//
// An operation is a section or an atomic instruction in assembly, which is no
// safepoint: a goroutine is not preempted there (isAsyncSafePoint in
// runtime/preempt.go), nor does it call anything. So a P stops before an operation or
// behind it, and when all have stopped
//
//   - each operation that was under way has committed, or was aborted and is yet to
//     begin again. That it committed is visible: the P's stop, which the stopping
//     goroutine waited for, is a release, and its having waited an acquire.
//   - each that is yet to begin does so after its P was started again, and sees what
//     the caller wrote before: starting is a release, to be started an acquire.
//
// A thread without a P is in no section. It is idle, in a system call or in C, which
// for the runtime is the same, and comes back by acquiring a P, for which it waits
// until the world goes on. Threads that C made have no P until they call Go, and give
// it back when that returns; sections in C code there are none.
//
// It takes as long as the slowest goroutine needs to get to a safepoint.
func StopTheWorld() {
	world.mu.Lock()
	defer world.mu.Unlock()
	runtime.ReadMemStats(&world.stats)
}
