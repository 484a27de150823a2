//go:build !linux

package primitives

import "time"

var epoch0 = time.Now()

// rawClock is the time in nanoseconds since some moment: package time's, since no
// selection is inconclusive on these systems.
func rawClock() int64 { return int64(time.Since(epoch0)) }
