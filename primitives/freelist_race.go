//go:build race

package primitives

import (
	"runtime"
	"unsafe"
)

// What the race detector can't see, because sections are no Go: that whoever gets
// an object comes after whoever put it. The edge is at the object's tag, which no
// Go code writes, for its first word may be one that its user has atomics for.

func raceAcquire(x unsafe.Pointer) { runtime.RaceAcquire(unsafe.Add(x, -tagSize)) }
func raceRelease(x unsafe.Pointer) { runtime.RaceReleaseMerge(unsafe.Add(x, -tagSize)) }
