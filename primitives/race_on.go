//go:build race

package primitives

import (
	"runtime"
	"unsafe"
)

// raceEnabled says whether the race detector watches. It sees nothing of what
// sections do, so the edges of types that synchronize are told to it.
const raceEnabled = true

func raceAcquire(addr unsafe.Pointer)      { runtime.RaceAcquire(addr) }
func raceRelease(addr unsafe.Pointer)      { runtime.RaceRelease(addr) }
func raceReleaseMerge(addr unsafe.Pointer) { runtime.RaceReleaseMerge(addr) }

// raceDisable hides this goroutine's synchronization until raceEnable: what goes
// on inside a lock would order more than the lock promises, and so hide races.
func raceDisable() { runtime.RaceDisable() }
func raceEnable()  { runtime.RaceEnable() }
