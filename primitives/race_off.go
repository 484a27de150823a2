//go:build !race

package primitives

import "unsafe"

// raceEnabled says whether the race detector watches.
const raceEnabled = false

func raceDisable() {}
func raceEnable()  {}

type raceEdge struct{}

func (*raceEdge) acquire()      {}
func (*raceEdge) release()      {}
func (*raceEdge) releaseMerge() {}

//lint:ignore U1000 used in other builds
func raceAcquire(unsafe.Pointer) {}
func raceRelease(unsafe.Pointer) {}
