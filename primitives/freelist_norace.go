//go:build !race

package primitives

import "unsafe"

//lint:ignore U1000 used in other builds
func raceAcquire(unsafe.Pointer) {}
func raceRelease(unsafe.Pointer) {}
