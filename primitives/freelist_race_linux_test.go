//go:build race

package primitives_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// listRaceEnv makes TestHelperListRace do what the race detector must or must not see.
const listRaceEnv = "PERCPU_TEST_LIST_RACE"

// TestHelperListRace is run in another process.
func TestHelperListRace(t *testing.T) {
	what := os.Getenv(listRaceEnv)
	if what == "" {
		t.Skip("for other tests, in a process of its own")
	}
	l := primitives.NewFreeList[thing](primitives.WithMaxObjects(1))
	x := l.Get()
	done := make(chan bool)
	// The goroutines know of each other by nothing but the list: a channel or a
	// WaitGroup would be an edge.
	switch what {
	case "put, then write":
		go func() {
			l.Put(x)
			x.owner = 1
			done <- true
		}()
		go func() {
			y := l.Get()
			for y == nil {
				y = l.Get()
			}
			y.owner = 2
			done <- true
		}()
	case "hand over":
		go func() {
			x.owner = 1
			l.Put(x)
			done <- true
		}()
		go func() {
			y := l.Get()
			for y == nil {
				y = l.Get()
			}
			y.owner++
			done <- true
		}()
	}
	<-done
	<-done
}

// TestFreeListRaceDetector: users see their own races, and no others.
func TestFreeListRaceDetector(t *testing.T) {
	for what, races := range map[string]bool{
		"put, then write": true,
		"hand over":       false,
	} {
		found := false
		for range 5 { // a race that does not happen is not found
			cmd := exec.Command(exe(t), "-test.run=^TestHelperListRace$", "-test.v")
			cmd.Env = append(os.Environ(), listRaceEnv+"="+what)
			out, err := cmd.CombinedOutput()
			if strings.Contains(string(out), "DATA RACE") {
				found = true
				if !races {
					t.Errorf("%s: %v\n%s", what, err, out)
				}
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", what, err, out)
			}
		}
		if races && !found {
			t.Errorf("%s: no race was reported", what)
		}
	}
}
