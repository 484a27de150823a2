package backendtest

import (
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// StressEnv overrides how many additions Stress makes.
const StressEnv = "PERCPU_STRESS_ADDS"

const (
	stressGoroutines = 64
	defaultAdds      = 20_000_000
	shortAdds        = 2_000_000
)

// Adds returns how many additions a stress test should make: what StressEnv
// says, or a default that takes about a second.
func Adds(t testing.TB) int {
	t.Helper()
	if s := os.Getenv(StressEnv); s != "" {
		n, err := strconv.ParseUint(s, 10, 48)
		if err != nil || n < stressGoroutines {
			t.Fatalf("%s=%q: want a number of at least %d", StressEnv, s, stressGoroutines)
		}
		return int(n)
	}
	if testing.Short() {
		return shortAdds
	}
	return defaultAdds
}

// Stress calls add from 64 goroutines, and from threads that end, under
// Torment, and then wants sum to be exact. It returns the difference, so that a
// test of broken code can want one.
func Stress(t testing.TB, adds int, add func(delta int64), sum func() int64) (difference int64) {
	t.Helper()
	var want atomic.Int64
	before := sum()
	torment := StartTorment(func() {
		add(1)
		want.Add(1)
	})
	start := time.Now()
	together(stressGoroutines, func(g int) {
		var mine int64
		for i := range adds / stressGoroutines {
			delta := int64(i&15) - 3
			add(delta)
			mine += delta
		}
		want.Add(mine)
	})
	elapsed := time.Since(start)
	torment.Stop()
	t.Logf("%d adds in %v: %v", adds, elapsed.Round(time.Millisecond), torment)
	if torment.Err != nil || runtime.GOOS == "linux" && (torment.Signals == 0 || torment.Migrations == 0) {
		t.Errorf("nothing happened to the threads: %v, %v", torment, torment.Err)
	}
	return sum() - before - want.Load()
}
