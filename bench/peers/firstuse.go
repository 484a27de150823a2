//lint:file-ignore SA2001 empty critical sections are what is measured

package peers

import (
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// firstUses are what a program may do first, by name of the type. Values have no
// options, so the default backend is what they use.
var firstUses = map[string]func(){
	"Counter":      func() { new(primitives.Counter).Inc() },
	"FloatCounter": func() { new(primitives.FloatCounter).Add(0.5) },
	"CounterMap":   func() { new(primitives.CounterMap[string]).Inc("key") },
	"Map":          func() { new(primitives.Map[string, int]).Store("key", 1) },
	"FreeList": func() {
		l := new(primitives.FreeList[object])
		l.Put(l.Get())
	},
	"RWMutex": func() {
		rw := new(primitives.RWMutex)
		rw.RLock()
		rw.RUnlock()
		rw.Lock()
		rw.Unlock()
	},
}

// FirstUse makes the CPUs busy and returns how long the first use of a type took.
// It must be the first thing that a process does.
func FirstUse(name string) (time.Duration, error) {
	use := firstUses[name]
	if use == nil {
		return 0, fmt.Errorf("no type %q", name)
	}
	for range 4 * runtime.GOMAXPROCS(0) {
		go func() {
			for n := 0; ; n++ {
				if n%1_000_000 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
	}
	began := time.Now()
	use()
	return time.Since(began), nil
}

// firstUseRuns is odd, so that there is a median.
const firstUseRuns = 9

// FirstUses runs this program once more for each of several first uses of each type;
// child says how.
func FirstUses(child func(name string) *exec.Cmd) (g Group, err error) {
	g.Name = "firstuse"
	names := make([]string, 0, len(firstUses))
	for name := range firstUses {
		names = append(names, name)
	}
	slices.Sort(names)
	took := make(map[string][]time.Duration)
	for range firstUseRuns {
		for _, name := range names {
			cmd := child(name)
			out, err := cmd.Output()
			if err != nil {
				return g, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
			}
			d, err := time.ParseDuration(strings.TrimSpace(string(out)))
			if err != nil {
				return g, err
			}
			took[name] = append(took[name], d)
		}
	}
	for _, name := range names {
		slices.Sort(took[name])
		g.Verdicts = append(g.Verdicts, single("first use of a "+name+" in a busy process, ms",
			at(took[name], 0.5).Seconds()*1e3, atMost(1), fmt.Sprintf("%s to %s ms", milliseconds(took[name][0]), milliseconds(at(took[name], 1)))))
	}
	return g, nil
}
