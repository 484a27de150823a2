//go:build race

package primitives

import (
	"runtime"
	"unsafe"
)

// raceEnabled says whether the race detector watches. It sees nothing of what
// sections do, so the edges of types that synchronize are told to it.
const raceEnabled = true

// raceDisable hides this goroutine's synchronization until raceEnable.
func raceDisable() { runtime.RaceDisable() }
func raceEnable()  { runtime.RaceEnable() }

// raceEdge is a happens-before edge for the race detector: at an address of its
// own, as every atomic operation on a word is an edge too and may undo this one.
type raceEdge struct{ at byte }

func (e *raceEdge) acquire()      { runtime.RaceAcquire(unsafe.Pointer(&e.at)) }
func (e *raceEdge) release()      { runtime.RaceRelease(unsafe.Pointer(&e.at)) }
func (e *raceEdge) releaseMerge() { runtime.RaceReleaseMerge(unsafe.Pointer(&e.at)) }

// What the race detector can't see, because sections are no Go: that whoever gets
// an object comes after whoever put it. The edge is at the object's tag, which no
// Go code writes, for its first word may be one that its user has atomics for.

func raceAcquire(x unsafe.Pointer) { runtime.RaceAcquire(unsafe.Add(x, -tagSize)) }
func raceRelease(x unsafe.Pointer) { runtime.RaceReleaseMerge(unsafe.Add(x, -tagSize)) }
