package primitives

import (
	"os"
	"runtime"
	"time"
)

// SlowEnv makes selections in the background take that long, for tests of what
// values do meanwhile.
const SlowEnv = "PERCPU_TEST_SLOW_SELECTION"

func init() {
	if s := os.Getenv(SlowEnv); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			panic(SlowEnv + ": " + err.Error())
		}
		slow = func() {
			for end := rawClock() + int64(d); rawClock() < end; {
				runtime.Gosched()
			}
		}
	}
}

// DefaultIfReady is what values use.
func DefaultIfReady() bool { _, ok := defaultIfReady(); return ok }
