package primitives_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// panics returns what f panics with.
func panics(f func()) (r any) {
	defer func() { r = recover() }()
	f()
	return nil
}

// soon fails the test if f takes long, as what waits for a lock that nobody will
// release does.
func soon(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal(what, "hangs")
	}
}

// TestMapWithoutBackend: if the backend that the environment asks for can't be
// had, everything that would change a map panics as often as it is called, and has
// changed nothing.
func TestMapWithoutBackend(t *testing.T) {
	if os.Getenv(primitives.BackendEnv) != "nosuch" {
		if runtime.GOOS == "js" {
			t.Skip("no processes here")
		}
		cmd := exec.Command(exe(t), "-test.run=^TestMapWithoutBackend$", "-test.v")
		cmd.Env = append(os.Environ(), primitives.BackendEnv+"=nosuch")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	mapWithoutBackend(t, 1, 2)
	mapWithoutBackend(t, "a", "b")
	mapWithoutBackend(t, math.Pi, any(3))
	var c primitives.CounterMap[string]
	k := c.Counter("a")
	for what, f := range map[string]func(){
		"Add": func() { c.Add("a", 1) }, "Inc": func() { c.Inc("a") }, "KeyCounter.Add": func() { k.Add(1) },
		"NewCounterMap": func() { primitives.NewCounterMap[int]() }, "WithMaxKeys": func() { primitives.NewCounterMap[int](primitives.WithMaxKeys(1)) },
	} {
		for range 2 {
			if r := fmt.Sprint(panics(f)); !strings.HasPrefix(r, "percpu: ") {
				t.Errorf("%s: panic %s", what, r)
			}
		}
		if n, ok := c.LoadOk("a"); n != 0 || ok || c.Len() != 0 || len(c.Reset()) != 0 || c.Overflow().Load() != 0 || k.Load() != 0 {
			t.Errorf("%s has left something: %d, %t, %d", what, n, ok, c.Len())
		}
	}
}

func mapWithoutBackend[K, V comparable](t *testing.T, key K, value V) {
	var m primitives.Map[K, V]
	store := func(V, bool) (V, primitives.MapAction) { return value, primitives.MapStore }
	for what, f := range map[string]func(){
		"Store": func() { m.Store(key, value) }, "Swap": func() { m.Swap(key, value) },
		"LoadOrStore": func() { m.LoadOrStore(key, value) }, "Compute": func() { m.Compute(key, store) },
		"LoadOrCompute": func() { m.LoadOrCompute(key, func() (V, bool) { return value, false }) },
		"NewMap":        func() { primitives.NewMap[K, V]() },
	} {
		for range 2 {
			if r := fmt.Sprint(panics(f)); !strings.HasPrefix(r, "percpu: ") {
				t.Errorf("%s: panic %s", what, r)
			}
		}
		if _, ok := m.Load(key); ok || m.Len() != 0 || len(maps.Collect(m.All())) != 0 {
			t.Errorf("%s has stored something", what)
		}
	}
	// These have nothing to do.
	m.Delete(key)
	m.Clear()
	m.LoadAndDelete(key)
	m.CompareAndSwap(key, value, value)
	m.CompareAndDelete(key, value)
	m.DeleteMatching(func(K, V) (bool, bool) { return true, false })
}

// unruly are ways for a function not to return.
var unruly = map[string]func(){"panics": func() { panic("mine") }, "calls Goexit": runtime.Goexit}

// TestMapUnrulyFunctions: functions of the caller that panic or call Goexit leave
// the map as it was, and nothing locked.
func TestMapUnrulyFunctions(t *testing.T) {
	t.Run("words", func(t *testing.T) { unrulyFunctions(t, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { unrulyFunctions(t, func(i int) string { return fmt.Sprint(i) }) })
}

func unrulyFunctions[K comparable](t *testing.T, key func(int) K) {
	for how, leave := range unruly {
		m := primitives.NewMap[K, int](primitives.WithShards(1)) // all wait for all
		const n = 20
		want := make(map[K]int)
		for i := range n {
			m.Store(key(i), i)
			want[key(i)] = i
		}
		there, absent := key(3), key(-1)
		compute := func(int, bool) (int, primitives.MapAction) { leave(); return 7, primitives.MapStore }
		remove := func(int, bool) (int, primitives.MapAction) { leave(); return 0, primitives.MapDelete }
		for what, f := range map[string]func(){
			"Compute, key there":      func() { m.Compute(there, compute) },
			"Compute, key absent":     func() { m.Compute(absent, compute) },
			"Compute to delete":       func() { m.Compute(there, remove) },
			"LoadOrCompute":           func() { m.LoadOrCompute(absent, func() (int, bool) { leave(); return 1, false }) },
			"Range":                   func() { m.Range(func(K, int) bool { leave(); return true }) },
			"All":                     func() { m.All()(func(K, int) bool { leave(); return true }) },
			"DeleteMatching at first": func() { m.DeleteMatching(func(K, int) (bool, bool) { leave(); return true, false }) },
		} {
			soon(t, what, func() { _ = panics(f) })
			soon(t, "a Store after "+what, func() {
				for i := range n {
					m.Store(key(i), i)
				}
				m.Store(key(-2), 0)
				m.Delete(key(-2))
			})
			if got := maps.Collect(m.All()); !maps.Equal(got, want) || m.Len() != n {
				t.Errorf("%s that %s: %v, Len %d, want %v", what, how, got, m.Len(), want)
			}
		}
	}
}

// TestMapBadKeys: keys that can't be hashed or compared panic before anything has
// changed.
func TestMapBadKeys(t *testing.T) {
	var m primitives.Map[any, any]
	m.Store("a", 1)
	m.Store("b", []int{})
	var c primitives.CounterMap[any]
	c.Inc("a")
	bad := any([]int{1})
	for what, f := range map[string]func(){
		"Store": func() { m.Store(bad, 1) }, "Load": func() { m.Load(bad) }, "Delete": func() { m.Delete(bad) },
		"Compute": func() {
			m.Compute(bad, func(any, bool) (any, primitives.MapAction) { return 1, primitives.MapStore })
		},
		"CompareAndSwap": func() { m.CompareAndSwap("b", []int{}, 1) }, "CompareAndDelete": func() { m.CompareAndDelete("b", []int{}) },
		"Add": func() { c.Inc(bad) }, "CounterMap.Load": func() { c.Load(bad) }, "CounterMap.Delete": func() { c.Delete(bad) },
	} {
		if panics(f) == nil {
			t.Errorf("%s does not panic", what)
		}
		soon(t, what, func() { m.Store("a", 1); c.Inc("a") })
		if m.Len() != 2 || c.Len() != 1 {
			t.Errorf("%s: %d entries and %d keys, want 2 and 1", what, m.Len(), c.Len())
		}
	}
}

// TestUnequalKeys: entries of keys that are not equal to themselves can be got rid
// of, by all that looks at entries and not at keys, also one at a time.
func TestUnequalKeys(t *testing.T) {
	nan := math.NaN()
	var m primitives.Map[float64, int]
	const n = 100
	for i := range n {
		m.Store(nan, i)
		m.Store(float64(i), i)
	}
	if got := m.DeleteMatching(func(k float64, v int) (bool, bool) { return k != k && v%2 == 0, false }); got != n/2 || m.Len() != n+n/2 {
		t.Errorf("DeleteMatching: %d, Len %d", got, m.Len())
	}
	if got := m.DeleteMatching(func(k float64, v int) (bool, bool) { return k != k, false }); got != n/2 || m.Len() != n {
		t.Errorf("DeleteMatching: %d, Len %d", got, m.Len())
	}
	if m.Clear(); m.Len() != 0 {
		t.Errorf("Len %d", m.Len())
	}
	c := primitives.NewCounterMap[float64](primitives.WithMaxKeys(n))
	for range 3 {
		for range n + 1 {
			c.Inc(nan)
		}
		if c.Len() != n || c.Overflow().Reset() != 1 || c.Reserved() != n {
			t.Errorf("%d keys, room for %d", c.Len(), c.Reserved())
		}
		if _, ok := c.Delete(nan); ok {
			t.Error("deleted a NaN")
		}
		c.Reset()
		if c.Len() != 0 || c.Reserved() != 0 {
			t.Errorf("Reset leaves %d keys, and the room of %d is taken", c.Len(), c.Reserved())
		}
	}
}

// TestMaxKeysNeverRefusesWhatIsThere: however many goroutines add to as many keys
// as are allowed, nothing goes to the Overflow.
func TestMaxKeysNeverRefusesWhatIsThere(t *testing.T) {
	rounds := 3000
	if testing.Short() {
		rounds = 500
	}
	for _, keys := range []int{1, 3} {
		for range rounds {
			c := primitives.NewCounterMap[int](primitives.WithMaxKeys(keys))
			start, done := make(chan bool), make(chan bool)
			const adders = 4
			for range adders {
				go func() {
					<-start
					for k := range keys {
						c.Inc(k)
					}
					done <- true
				}()
			}
			close(start)
			for range adders {
				<-done
			}
			if n := c.Overflow().Load(); n != 0 || c.Len() != keys {
				t.Fatalf("%d of %d additions went to the Overflow; %d keys of %d", n, adders*keys, c.Len(), keys)
			}
		}
	}
}

// TestComputeUsesItsMap: with invariants on, a function of a Compute that would wait
// for itself is told so. It may look.
func TestComputeUsesItsMap(t *testing.T) {
	if !primitives.Invariants {
		t.Skip("only with the tag percpuinvariants or race")
	}
	var m, other primitives.Map[string, int]
	var words primitives.Map[int, int]
	m.Store("a", 1)
	words.Store(1, 1)
	for what, f := range map[string]func(){
		"Store": func() { m.Store("a", 2) }, "Store of another": func() { m.Store("b", 2) }, "Delete": func() { m.Delete("a") },
		"Swap": func() { m.Swap("a", 2) }, "LoadOrStore": func() { m.LoadOrStore("z", 1) }, "Clear": m.Clear,
		"Range":         func() { m.Range(func(string, int) bool { return true }) },
		"CompareAndSet": func() { m.CompareAndSwap("a", 1, 2) },
		"Compute": func() {
			m.Compute("a", func(int, bool) (int, primitives.MapAction) { return 0, primitives.MapKeep })
		},
	} {
		inside := func(int, bool) (int, primitives.MapAction) { f(); return 3, primitives.MapStore }
		soon(t, what, func() {
			if r := fmt.Sprint(panics(func() { m.Compute("a", inside) })); !strings.HasPrefix(r, "percpu: Map: the function of a Compute") {
				t.Errorf("%s: panic %s", what, r)
			}
		})
	}
	for what, f := range map[string]func(){"Store": func() { words.Store(1, 2) }, "Delete": func() { words.Delete(2) }} {
		inside := func(int, bool) (int, primitives.MapAction) { f(); return 3, primitives.MapStore }
		if panics(func() { words.Compute(1, inside) }) == nil {
			t.Errorf("no panic in a map of words: %s", what)
		}
	}
	m.Compute("a", func(int, bool) (int, primitives.MapAction) {
		v, _ := m.Load("a")
		other.Store("a", m.Len())
		done := make(chan bool)
		go func() { // another goroutine may wait, or not have to
			defer close(done)
			words.Store(5, 5)
		}()
		<-done
		return v + 1, primitives.MapStore
	})
	if v, _ := m.Load("a"); v != 2 || m.Len() != 1 {
		t.Errorf("%d, Len %d, want 2 and 1", v, m.Len())
	}
}

// TestMapUnknownAction: a function that returns no action of the three has made a mistake,
// which does not change the map.
func TestMapUnknownAction(t *testing.T) {
	t.Run("words", func(t *testing.T) { unknownAction(t, 1) })
	t.Run("entries", func(t *testing.T) { unknownAction(t, "a") })
}

func unknownAction[K comparable](t *testing.T, key K) {
	var m primitives.Map[K, int]
	m.Store(key, 1)
	for _, action := range []primitives.MapAction{-1, 3} {
		want := fmt.Sprintf("percpu: Map.Compute: its function returned MapAction(%d)", action)
		wantPanic(t, want, func() {
			m.Compute(key, func(v int, _ bool) (int, primitives.MapAction) { return v + 1, action })
		})
	}
	soon(t, "a Store", func() { m.Store(key, 2) })
	if v, ok := m.Load(key); v != 2 || !ok || m.Len() != 1 {
		t.Errorf("the map has %d, %t and %d keys, want 2", v, ok, m.Len())
	}
}
