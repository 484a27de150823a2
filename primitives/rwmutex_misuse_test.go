//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// misuseEnv names the misuse that this process is to commit.
const misuseEnv = "PERCPU_TEST_MISUSE"

// rwmutexMisuse is what sync's own table leaves out: locks that were turned.
var rwmutexMisuse = map[string]func(rw *primitives.RWMutex){
	"Unlock":                   func(rw *primitives.RWMutex) { rw.Unlock() },
	"Unlock of read-locked":    func(rw *primitives.RWMutex) { rw.RLock(); rw.Unlock() },
	"Unlock twice":             func(rw *primitives.RWMutex) { rw.Lock(); rw.Unlock(); rw.Unlock() },
	"RUnlock, noticed by Lock": func(rw *primitives.RWMutex) { rw.RUnlock(); rw.Lock() },
	"RUnlock twice, then Lock": func(rw *primitives.RWMutex) { rw.RLock(); rw.RUnlock(); rw.RUnlock(); rw.Lock() },
	"RUnlock of locked":        func(rw *primitives.RWMutex) { rw.Lock(); rw.RUnlock() },
	"Unlock of one being locked": func(rw *primitives.RWMutex) {
		begun := make(chan bool)
		primitives.HookFence(func() error { close(begun); select {} })
		if rw.Open() {
			go rw.Lock()
			<-begun
		}
		rw.Unlock()
	},
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
		f(turnedLock())
	}()
	fmt.Println("survived")
	os.Exit(0)
}

// turnedLock returns a lock that was turned, if the default backend has what that
// takes.
func turnedLock() *primitives.RWMutex {
	rw := new(primitives.RWMutex)
	s, err := primitives.Default()
	for err == nil && guards(primitives.WithBackend(s.Backend)) && !rw.Open() {
		rw.Turn()
		time.Sleep(time.Millisecond)
	}
	return rw
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
					verb := name[:strings.Index(name, "ock")+len("ock")]
					if want := "fatal error: sync: " + verb + " of unlocked RWMutex"; err == nil || !strings.Contains(string(out), want) {
						t.Errorf("%v, want %q:\n%s", err, want, out)
					}
				})
			}
		}
	}
}

// TestRWMutexWithoutBackend: where the backend that was asked for can't be had, a
// lock is a sync.RWMutex, or panics before it has done anything; nothing panics
// where nobody can recover.
func TestRWMutexWithoutBackend(t *testing.T) {
	if os.Getenv(withoutEnv) == "" {
		cmd := exec.Command(exe(t), "-test.run=^TestRWMutexWithoutBackend$")
		cmd.Env = append(os.Environ(), withoutEnv+"=1", primitives.BackendEnv+"=nosuch")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	var rw primitives.RWMutex
	panics := 0
	for range 10 {
		func() {
			defer func() {
				if r := recover(); r != nil {
					if panics++; !strings.HasPrefix(fmt.Sprint(r), "percpu: ") {
						t.Error(r)
					}
				}
			}()
			rw.RLock()
			defer rw.RUnlock()
			for range 1000 {
				rw.Eager()
				rw.RLock()
				rw.RUnlock()
			}
		}()
		if !rw.TryLock() {
			t.Fatalf("TryLock failed, after %d panics", panics)
		}
		rw.Unlock()
	}
	time.Sleep(20 * time.Millisecond) // for what may panic in the background
	if rw.Open() {
		t.Error("turned")
	}
}

const withoutEnv = "PERCPU_TEST_WITHOUT_BACKEND"
