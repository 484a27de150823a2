package primitives

import (
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

// SlowEnv makes selections in the background take that long, or until EndSlow is called,
// for tests of what values do meanwhile.
const SlowEnv = "PERCPU_TEST_SLOW_SELECTION"

var slowEnded atomic.Bool

// EndSlow ends what SlowEnv prolongs.
func EndSlow() { slowEnded.Store(true) }

func init() {
	if s := os.Getenv(SlowEnv); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			panic(SlowEnv + ": " + err.Error())
		}
		slow = func() {
			for end := rawClock() + int64(d); rawClock() < end && !slowEnded.Load(); {
				runtime.Gosched()
			}
		}
	}
}

// DefaultIfReady is what values use.
func DefaultIfReady() bool { _, ok := defaultIfReady(); return ok }
