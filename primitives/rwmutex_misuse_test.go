//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// misuseEnv names the misuse that this process is to commit.
const misuseEnv = "PERCPU_TEST_MISUSE"

// rwmutexMisuse is what sync's own table leaves out: locks that are biased.
var rwmutexMisuse = map[string]func(rw *primitives.RWMutex){
	"Unlock":                     func(rw *primitives.RWMutex) { rw.Unlock() },
	"Unlock of read-locked":      func(rw *primitives.RWMutex) { rw.RLock(); rw.Unlock() },
	"Unlock twice":               func(rw *primitives.RWMutex) { rw.Lock(); rw.Unlock(); rw.Unlock() },
	"RUnlock, noticed by Lock":   func(rw *primitives.RWMutex) { rw.RUnlock(); rw.Lock() },
	"RUnlock twice, then Lock":   func(rw *primitives.RWMutex) { rw.RLock(); rw.RUnlock(); rw.RUnlock(); rw.Lock() },
	"RUnlock of locked":          func(rw *primitives.RWMutex) { rw.Lock(); rw.RUnlock() },
	"RUnlock of unlocked closed": func(rw *primitives.RWMutex) { rw.Lock(); rw.Unlock(); rw.RUnlock() },
}

// immediateMisuse is noticed at once only by -race and percpuinvariants.
var immediateMisuse = map[string]func(rw *primitives.RWMutex){
	"RUnlock":       func(rw *primitives.RWMutex) { rw.RUnlock() },
	"RUnlock twice": func(rw *primitives.RWMutex) { rw.RLock(); rw.RUnlock(); rw.RUnlock() },
}

func init() {
	name := os.Getenv(misuseEnv)
	if name == "" {
		return
	}
	f := rwmutexMisuse[name]
	if f == nil {
		f = immediateMisuse[name]
	}
	func() {
		defer func() { _ = recover() }() // must not help
		f(primitives.NewRWMutex())
	}()
	fmt.Println("survived")
	os.Exit(0)
}

func TestRWMutexMisuse(t *testing.T) {
	table := []map[string]func(*primitives.RWMutex){rwmutexMisuse}
	if primitives.Invariants {
		table = append(table, immediateMisuse)
	}
	for _, c := range primitives.Candidates() {
		for _, misuses := range table {
			for name := range misuses {
				t.Run(c.Name+"/"+name, func(t *testing.T) {
					if _, err := c.Open(); err != nil {
						backendtest.Unavailable(t, c.Name, err)
					}
					cmd := exec.Command(exe(t))
					cmd.Env = append(os.Environ(), misuseEnv+"="+name, primitives.BackendEnv+"="+c.Name)
					out, err := cmd.CombinedOutput()
					if err == nil || !strings.Contains(string(out), "fatal error: sync: ") || !strings.Contains(string(out), "nlock of unlocked RWMutex") {
						t.Errorf("%v, want a fatal error:\n%s", err, out)
					}
				})
			}
		}
	}
}
