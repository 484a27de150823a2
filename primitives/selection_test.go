package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// freshEnv names the part of a test that is run in a process of its own, where nothing
// has been selected yet.
const freshEnv = "PERCPU_TEST_FRESH"

// fresh runs the calling test in another process, in which selections in the
// background take so long, and reports whether this is that process.
func fresh(t *testing.T, slow time.Duration, env ...string) bool {
	t.Helper()
	if os.Getenv(freshEnv) == t.Name() {
		return true
	}
	if runtime.GOOS == "js" {
		t.Skip("no processes here")
	}
	if asked := os.Getenv(primitives.BackendEnv); asked != "" && asked != "auto" {
		t.Skipf("%s=%s leaves nothing to select", primitives.BackendEnv, asked)
	}
	cmd := exec.Command(exe(t), "-test.run=^"+t.Name()+"$", "-test.v", "-test.short="+fmt.Sprint(testing.Short()))
	cmd.Env = append(append(os.Environ(), freshEnv+"="+t.Name(), primitives.SlowEnv+"="+slow.String()), env...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// TestFirstUseDoesNotWait: the first operations are over before the selection is, that
// they began.
func TestFirstUseDoesNotWait(t *testing.T) {
	if !fresh(t, time.Minute) { // beside other programs this process may stand still for long
		return
	}
	var c primitives.Counter
	var f primitives.FloatCounter
	var m primitives.Map[string, int]
	var cm primitives.CounterMap[string]
	var rw primitives.RWMutex
	var early int
	mine := "a" // what rw protects
	goroutines := runtime.NumGoroutine()
	for range 100 {
		c.Inc()
		f.Add(0.5)
		m.Store("a", 1)
		cm.Inc("a")
		rw.RLock()
		early += len(mine)
		rw.RUnlock()
	}
	if primitives.DefaultIfReady() {
		t.Error("the selection was waited for")
	}
	primitives.EndSlow()
	if _, err := primitives.Default(); err != nil {
		t.Fatal(err)
	}
	if !primitives.DefaultIfReady() {
		t.Error("not ready although Default has returned")
	}
	c.Inc()
	if early != 100 || c.Load() != 101 || f.Load() != 50 || cm.Load("a") != 100 {
		t.Errorf("counted %d, %v and %d", c.Load(), f.Load(), cm.Load("a"))
	}
	for end := time.Now().Add(time.Minute); runtime.NumGoroutine() > goroutines; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, before %d", runtime.NumGoroutine(), goroutines)
		}
	}
}

// TestFromTheStart works on every type from before the selection until after it, and
// wants nothing lost or doubled.
func TestFromTheStart(t *testing.T) {
	if !fresh(t, 200*time.Millisecond) {
		return
	}
	const workers = 4
	var (
		c    primitives.Counter
		f    primitives.FloatCounter
		cm   primitives.CounterMap[int]
		m    primitives.Map[int, int]
		l    primitives.FreeList[[8]int]
		rw   primitives.RWMutex
		held int // under rw

		rounds, taken, stored, locks atomic.Int64
		early                        atomic.Int64 // rounds before the selection was over
		wg                           sync.WaitGroup
	)
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var mine [4]*[8]int
			for i, left := 0, 3000; left > 0; i++ {
				if primitives.DefaultIfReady() {
					left-- // so long it goes on with a backend
				} else {
					early.Add(1)
				}
				rounds.Add(1)
				c.Add(3)
				f.Add(0.25)
				cm.Inc(i % 3)
				m.Compute(i%5, func(v int, _ bool) (int, primitives.MapAction) { return v + 1, primitives.MapStore })
				stored.Add(1)
				if i%64 == 0 {
					taken.Add(c.Reset())
				}
				if x := &mine[i%4]; *x == nil {
					if *x = l.Get(); *x != nil {
						(*x)[0]++
						if (*x)[0] != 1 {
							t.Errorf("worker %d got an object that someone holds", w)
						}
					}
				} else {
					(*x)[0]--
					l.Put(*x)
					*x = nil
				}
				if i%16 == w {
					rw.Lock()
					held++
					rw.Unlock()
					locks.Add(1)
				} else {
					rw.RLock()
					_ = held
					rw.RUnlock()
				}
			}
		}()
	}
	wg.Wait()
	n := rounds.Load()
	if early.Load() == 0 || n == early.Load() {
		t.Errorf("%d of %d rounds before the selection was over: this has tested nothing", early.Load(), n)
	}
	t.Logf("%d of %d rounds before the selection was over", early.Load(), n)
	if got := taken.Load() + c.Load(); got != 3*n {
		t.Errorf("Counter %d, want %d", got, 3*n)
	}
	if got := f.Load(); got != float64(n)/4 {
		t.Errorf("FloatCounter %v, want %v", got, float64(n)/4)
	}
	if got := cm.Load(0) + cm.Load(1) + cm.Load(2); got != n {
		t.Errorf("CounterMap %d, want %d", got, n)
	}
	sum := 0
	for _, v := range m.All() {
		sum += v
	}
	if int64(sum) != stored.Load() {
		t.Errorf("Map %d, want %d", sum, stored.Load())
	}
	if int64(held) != locks.Load() {
		t.Errorf("RWMutex %d, want %d", held, locks.Load())
	}
}

// TestUseBackendFails: a UseBackend that fails, as often as it likes, leaves things
// as they were.
func TestUseBackendFails(t *testing.T) {
	if !fresh(t, 0) {
		return
	}
	for range 3 {
		if s, err := primitives.UseBackend("nosuch"); err == nil || s.Backend != nil {
			t.Errorf("%v, %v", s, err)
		}
	}
	var c primitives.Counter
	c.Inc()
	s, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	c.Inc()
	if st := primitives.ReadStats(); c.Load() != 2 || st.Backend != s.Backend.Name() {
		t.Errorf("sum %d, stats %+v after %v", c.Load(), st, s)
	}
}

// TestNoAllocationsMeanwhile: what allocates nothing once there is a backend does not
// do so while one is being selected either.
func TestNoAllocationsMeanwhile(t *testing.T) {
	if !fresh(t, time.Minute) {
		return
	}
	var c primitives.Counter
	var f primitives.FloatCounter
	var m primitives.Map[string, *int]
	var cm primitives.CounterMap[string]
	var rw primitives.RWMutex
	locked := 0 // under rw
	var l primitives.FreeList[int]
	one := new(int)
	m.Store("a", one)
	cm.Inc("a")
	c.Inc() // begins the selection
	for name, f := range map[string]func(){
		"Counter":      func() { c.Add(1); c.Load() },
		"FloatCounter": func() { f.Add(1); f.Load() },
		"Map":          func() { m.Load("a"); m.LoadOrStore("a", one) },
		"CounterMap":   func() { cm.Inc("a"); cm.Load("a") },
		"RWMutex": func() {
			rw.RLock()
			_ = locked
			rw.RUnlock()
			rw.Lock()
			locked++
			rw.Unlock()
		},
		"FreeList": func() { l.Put(l.Get()) },
	} {
		n := testing.AllocsPerRun(100, f)
		if primitives.DefaultIfReady() {
			t.Fatal("the selection is over")
		}
		if n > 0 && !primitives.RaceEnabled {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
