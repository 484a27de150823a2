package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/primitives"
)

// atInitEnv has this process select before anything has begun to use the runtime's
// poller, tell, and end. It may have no file descriptor left for it.
const (
	atInitEnv    = "PERCPU_TEST_AT_INIT"
	noDescriptor = "no descriptor"
)

func init() {
	how := os.Getenv(atInitEnv)
	if how == "" {
		return
	}
	if how == noDescriptor {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 3, Max: 3}); err != nil {
			panic(err)
		}
	}
	before := cpuTime()
	var c primitives.Counter
	c.Inc()
	s, err := primitives.Default()
	if err != nil {
		panic(err)
	}
	c.Inc()
	fmt.Printf("counted %d, CPU time %d µs, %s %v\n", c.Load(), (cpuTime() - before).Microseconds(), s.Backend.Name(), s.Rejections)
	os.Exit(0)
}

func cpuTime() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func atInit(t *testing.T, how string) string {
	t.Helper()
	cmd := exec.Command(exe(t))
	cmd.Env = append(os.Environ(), atInitEnv+"="+how, primitives.SlowEnv+"=")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "counted 2, ") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return string(out)
}

// TestNoDescriptor: selection needs no file descriptor and no poller. Without them
// it is careful, and ends.
func TestNoDescriptor(t *testing.T) { atInit(t, noDescriptor) }

// selectionsEnv is how many processes TestSelectionCPUTime starts at least.
const selectionsEnv = "PERCPU_STRESS_SELECTIONS"

// TestSelectionCPUTime: a selection costs the process at most 2 ms of CPU time where the
// trial is short, and 6 where rseq is declined, for which a C library's symbols may have
// to be read. Some processes must manage, for others use the machine, too.
func TestSelectionCPUTime(t *testing.T) {
	if runtime.GOARCH != "amd64" || primitives.RaceEnabled {
		t.Skip("a longer trial, or the race detector's time")
	}
	most := 2000 // µs
	atLeast, _ := strconv.Atoi(os.Getenv(selectionsEnv))
	var times []int
	for len(times) < max(atLeast, 1) || slices.Min(times) > most {
		if len(times) >= 50+atLeast {
			t.Fatalf("at least %d µs in %d processes, want %d", slices.Min(times), len(times), most)
		}
		var n, us int
		out := atInit(t, "measure")
		if _, err := fmt.Sscanf(out, "counted %d, CPU time %d", &n, &us); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, "atomic [rseq: ") {
			most = 6000
		}
		times = append(times, us)
	}
	slices.Sort(times)
	t.Logf("CPU time of a selection in %d processes: minimum %d µs, median %d µs", len(times), times[0], times[len(times)/2])
}
