//go:build race

package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

const raceEnv = "PERCPU_TEST_RACE"

// raceCases are programs for the race detector: what a RWMutex orders is no race,
// what it doesn't is one. Goroutines never meet otherwise.
var raceCases = map[string]struct {
	race bool
	f    func(rw *primitives.RWMutex, shared *int)
}{
	"writers": {false, func(rw *primitives.RWMutex, shared *int) {
		rw.Lock()
		*shared++
		rw.Unlock()
	}},
	"readers and writers": {false, func(rw *primitives.RWMutex, shared *int) {
		rw.RLock()
		n := *shared
		rw.RUnlock()
		rw.Lock()
		*shared = n + 1
		rw.Unlock()
	}},
	"tried": {false, func(rw *primitives.RWMutex, shared *int) {
		if rw.TryRLock() {
			_ = *shared
			rw.RUnlock()
		}
		if rw.TryLock() {
			*shared++
			rw.Unlock()
		}
	}},
	"writes under read locks": {true, func(rw *primitives.RWMutex, shared *int) {
		rw.RLock()
		*shared++
		rw.RUnlock()
	}},
	"read outside": {true, func(rw *primitives.RWMutex, shared *int) {
		rw.Lock()
		*shared++
		rw.Unlock()
		_ = *shared
	}},
}

func init() {
	name := os.Getenv(raceEnv)
	if name == "" {
		return
	}
	rw, shared := primitives.NewRWMutex(), new(int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 200 {
				raceCases[name].f(rw, shared)
				runtime.Gosched() // or each may be through before the next begins
			}
		}()
	}
	wg.Wait()
	fmt.Println("done")
	os.Exit(0)
}

// TestRWMutexRaces: no false reports, and real races still reported.
func TestRWMutexRaces(t *testing.T) {
	for _, c := range primitives.Candidates() {
		for name, tt := range raceCases {
			t.Run(c.Name+"/"+name, func(t *testing.T) {
				if _, err := c.Open(); err != nil {
					backendtest.Unavailable(t, c.Name, err)
				}
				wantReport(t, tt.race, raceEnv+"="+name, c.Name)
			})
		}
	}
}

// wantReport runs this test program again with one of its cases, which an environment
// variable names, on a backend, and wants a race to be reported, or none.
func wantReport(t *testing.T, race bool, env, backend string) {
	t.Helper()
	cmd := exec.Command(exe(t))
	cmd.Env = append(os.Environ(), env, primitives.BackendEnv+"="+backend, "GORACE=exitcode=66 halt_on_error=1 atexit_sleep_ms=0")
	out, err := cmd.CombinedOutput()
	if reported := strings.Contains(string(out), "DATA RACE"); reported != race || (err == nil) == race {
		t.Errorf("race %v, reported %v (%v):\n%s", race, reported, err, out)
	}
}
