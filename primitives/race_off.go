//go:build !race

package primitives

import "unsafe"

// raceEnabled says whether the race detector watches.
const raceEnabled = false

func raceAcquire(unsafe.Pointer)      {}
func raceRelease(unsafe.Pointer)      {}
func raceReleaseMerge(unsafe.Pointer) {}
func raceDisable()                    {}
func raceEnable()                     {}
