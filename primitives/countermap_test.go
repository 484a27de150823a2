package primitives_test

import (
	"maps"
	"math"
	"path"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// hotForm is the form that hot entries have on a backend, by its name.
var hotForm = map[string]string{"rseq": "guarded", "atomic": "swept", "fake": "guarded"}

// warm makes a key hot, if the backend can, and returns what it has added.
func warm[K comparable](t *testing.T, c *primitives.CounterMap[K], key K) int64 {
	t.Helper()
	for range primitives.HotAfter {
		c.Inc(key)
	}
	c.MakeHot(key) // where many additions alone don't
	return primitives.HotAfter
}

func TestCounterMap(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewCounterMap[string](opt)
		if n, ok := c.Delete("a"); n != 0 || ok || c.Load("a") != 0 || c.Len() != 0 || len(c.Reset()) != 0 {
			t.Errorf("a new map is not empty: %v", maps.Collect(c.All()))
		}
		c.Inc("a")
		c.Add("a", 41)
		c.Add("b", -7)
		c.Add("c", 0)
		if c.Load("a") != 42 || c.Load("b") != -7 || c.Load("c") != 0 || c.Load("d") != 0 || c.Len() != 3 {
			t.Errorf("%v", maps.Collect(c.All()))
		}
		if got, want := maps.Collect(c.All()), (map[string]int64{"a": 42, "b": -7, "c": 0}); !maps.Equal(got, want) {
			t.Errorf("All: %v, want %v", got, want)
		}
		calls := 0
		c.Range(func(string, int64) bool { calls++; return calls < 2 })
		if calls != 2 {
			t.Errorf("Range made %d calls, want 2", calls)
		}
		if n, ok := c.Delete("a"); n != 42 || !ok {
			t.Errorf("Delete: %d, %t, want 42, true", n, ok)
		}
		if n, ok := c.Delete("a"); n != 0 || ok || c.Load("a") != 0 || c.Len() != 2 {
			t.Errorf("Delete again: %d, %t", n, ok)
		}
		c.Inc("a")
		if got, want := c.Reset(), (map[string]int64{"a": 1, "b": -7, "c": 0}); !maps.Equal(got, want) || c.Len() != 0 {
			t.Errorf("Reset: %v, want %v, and %d keys left", got, want, c.Len())
		}
		if c.Overflow().Load() != 0 {
			t.Errorf("overflow of a map without bound: %d", c.Overflow().Load())
		}
	})
}

// TestCounterMapForms goes through all that an entry can be.
func TestCounterMapForms(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		b := path.Base(t.Name())
		c := primitives.NewCounterMap[int](opt)
		form := func(key int, want string) {
			t.Helper()
			if got := c.Form(key); got != want {
				t.Errorf("key %d is %q, want %q", key, got, want)
			}
		}
		value := func(key int, want int64) {
			t.Helper()
			if got := c.Load(key); got != want {
				t.Errorf("key %d is %d, want %d", key, got, want)
			}
			if got := maps.Collect(c.All())[key]; got != want {
				t.Errorf("key %d is %d in All, want %d", key, got, want)
			}
		}
		remove := func(key int, want int64) {
			t.Helper()
			if got, ok := c.Delete(key); got != want || !ok {
				t.Errorf("Delete of key %d: %d, %t, want %d", key, got, ok, want)
			}
			form(key, "")
		}

		c.Inc(1)
		form(1, "cold")
		n := 1 + warm(t, c, 1)
		form(1, hotForm[b])
		value(1, n)
		remove(1, n)

		// Values wrap around at 63 bits: in one step and in two, cold, and through the
		// word and the parts of what is hot.
		const least, most int64 = -1 << 62, 1<<62 - 1
		for _, hot := range []bool{false, true} {
			n := int64(0)
			if hot {
				n = warm(t, c, 2)
			}
			for _, step := range []struct{ delta, want int64 }{
				{most - n, most}, {1, least}, {-1, most}, {-most, 0},
				{math.MinInt64, 0}, {math.MaxInt64, -1}, {math.MinInt64 + 1, 0}, {least, least}, {least, 0},
				{most, most}, {most, -2}, {3, 1},
			} {
				c.Add(2, step.delta)
				value(2, step.want)
			}
			if hot { // or perhaps, as large steps may make it so
				form(2, hotForm[b])
			}
			c.Add(2, most)
			if r := c.Reset(); r[2] != least || len(r) != 1 {
				t.Errorf("Reset: %v, want %d", r, least)
			}
			c.Add(2, math.MaxInt64) // of a new key
			remove(2, -1)
		}
	})
}

// TestCounterMapSweeps: an addition to swept parts that comes too late for a Delete
// or Reset is counted by a new entry of the key, and one that comes between the two
// steps of a Reset in the same.
func TestCounterMapSweeps(t *testing.T) {
	b, err := primitives.Candidates()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	c := primitives.NewCounterMap[string](primitives.WithBackend(b))
	c.Inc("a")
	n := 1 + warm(t, c, "a")
	if c.Form("a") != "swept" {
		t.Fatalf("form %s", c.Form("a"))
	}
	c.Add("a", 10)
	c.AddLate("a", 5, func() {
		if got, ok := c.Delete("a"); got != n+10 || !ok {
			t.Errorf("Delete: %d, %t, want %d", got, ok, n+10)
		}
	})
	if got := c.Load("a"); got != 5 || c.Form("a") != "cold" || c.Len() != 1 {
		t.Errorf("the late addition: %d, form %s, Len %d", got, c.Form("a"), c.Len())
	}
	n = 5 + warm(t, c, "a")
	c.Add("a", 1000)
	swept, loads := false, make(chan int64, 1)
	c.BeforeAgain("a", func() { // what was in the parts is nowhere now; a Load must wait
		swept = true
		began := make(chan bool)
		go func() {
			close(began)
			loads <- c.Load("a")
		}()
		<-began
		time.Sleep(10 * time.Millisecond)
	})
	c.AddLate("a", 7, func() { c.Shut("a") })
	if !swept {
		t.Fatal("an addition that came too late did not look again")
	}
	if got := <-loads; got != n+1007 {
		t.Errorf("a Load during a sweep: %d, want %d", got, n+1007)
	}
	c.Add("a", 1)
	if got, ok := c.LoadOk("a"); got != n+1008 || !ok {
		t.Errorf("shut: %d, %t, want %d", got, ok, n+1008)
	}
	if r := c.Reset(); r["a"] != n+1008 || c.Len() != 0 {
		t.Errorf("Reset: %v, want %d", r, n+1008)
	}
}

// backendOf returns the name of the backend that eachBackend's test is about.
// TestCounterMapLargeSteps: large steps don't make a key hot before small ones
// would.
func TestCounterMapLargeSteps(t *testing.T) {
	heats := heats(t) // which also sees that there is a backend
	for _, step := range []int64{2, 100, 1500, -1500, math.MaxInt64, 1 << 60, -1 << 62} {
		c := primitives.NewCounterMap[int]()
		const keys = 2000
		for range 10 {
			for k := range keys {
				c.Add(k, step)
			}
		}
		hot := 0
		for k := range keys {
			if c.Form(k) != "cold" {
				hot++
			}
		}
		if hot > keys/10 {
			t.Errorf("%d of %d keys are hot after 10 steps of %d", hot, keys, step)
		}
		for range 20 * primitives.HotAfter {
			c.Add(-1, step)
		}
		if f := c.Form(-1); f == "cold" && heats {
			t.Errorf("%s after %d steps of %d", f, 20*primitives.HotAfter, step)
		}
	}
}

// heats says whether many additions make entries hot on the default backend.
func heats(t *testing.T) bool {
	s, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	_, atomic := s.Backend.(backend.AtomicSlotter)
	return !atomic && s.Backend.Fence(backend.AllSlots) == nil
}

func TestCounterMapZeroValue(t *testing.T) {
	var c primitives.CounterMap[[2]string]
	warm(t, &c, [2]string{"a", "b"})
	c.Inc([2]string{"a", ""})
	if r := c.Reset(); len(r) != 2 || r[[2]string{"a", "b"}] != primitives.HotAfter {
		t.Errorf("%v", r)
	}
}

func TestCounterMapMaxKeys(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		const bound, adders, adds = 10, 8, 5000
		c := primitives.NewCounterMap[int](opt, primitives.WithMaxKeys(bound))
		for k := range 2 * bound {
			c.Inc(k)
		}
		if c.Len() != bound || c.Overflow().Load() != bound {
			t.Fatalf("%d keys, overflow %d, want %d of each", c.Len(), c.Overflow().Load(), bound)
		}
		if c.Inc(bound + 5); c.Load(bound+5) != 0 {
			t.Error("a key that had no room is there")
		}
		c.Delete(3)
		if c.Inc(bound + 5); c.Load(bound+5) != 1 || c.Len() != bound {
			t.Error("Delete has not made room")
		}
		if c.Reset(); c.Overflow().Reset() != bound+1 {
			t.Error("Reset has changed the overflow")
		}
		var wg sync.WaitGroup
		for g := range adders {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range adds {
					c.Inc((i + g) % (3 * bound))
					if n := c.Reserved(); n > bound { // Len may count a key twice meanwhile
						t.Errorf("room for %d keys, want at most %d", n, bound)
					}
					if i%500 == 0 {
						c.Add(0, must(c.Delete(i%bound)))
					}
				}
			}()
		}
		wg.Wait()
		if c.Len() != c.Reserved() {
			t.Errorf("%d keys have the room of %d", c.Len(), c.Reserved())
		}
		sum := c.Overflow().Load()
		for _, n := range c.All() {
			sum += n
		}
		if sum != adders*adds {
			t.Errorf("sum %d, want %d", sum, adders*adds)
		}
	})
}

func must(n int64, _ bool) int64 { return n }

func TestWithMaxKeysPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "percpu: WithMaxKeys(0): less than 1" {
			t.Errorf("panic %v", r)
		}
	}()
	primitives.WithMaxKeys(0)
}

func TestKeyCounter(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewCounterMap[string](opt, primitives.WithMaxKeys(2))
		k := c.Counter("a")
		if c.Len() != 0 || k.Load() != 0 || k.Key() != "a" {
			t.Errorf("the key %q exists before its first Add", k.Key())
		}
		for range primitives.HotAfter + 10 {
			k.Inc()
		}
		c.MakeHot("a")
		k.Add(0)
		if got, want := c.Form("a"), hotForm[path.Base(t.Name())]; got != want {
			t.Errorf("form %s, want %s", got, want)
		}
		c.Add("a", 5)
		k.Add(-3)
		want := int64(primitives.HotAfter + 12)
		if k.Load() != want || c.Load("a") != want {
			t.Errorf("%d and %d, want %d", k.Load(), c.Load("a"), want)
		}
		if n, ok := c.Delete("a"); n != want || !ok {
			t.Errorf("Delete: %d, %t, want %d", n, ok, want)
		}
		if k.Load() != 0 {
			t.Errorf("%d after Delete", k.Load())
		}
		k.Inc()
		if k.Load() != 1 || c.Load("a") != 1 {
			t.Errorf("%d and %d after Delete and Inc, want 1", k.Load(), c.Load("a"))
		}
		c.Reset()
		c.Inc("b")
		c.Inc("c")
		k.Add(7)
		if k.Load() != 0 || c.Overflow().Load() != 7 {
			t.Errorf("%d, overflow %d, want 0 and 7 without room", k.Load(), c.Overflow().Load())
		}
		c.Delete("b")
		k.Add(7)
		if k.Load() != 7 || c.Overflow().Load() != 7 {
			t.Errorf("%d, overflow %d, want 7 and 7", k.Load(), c.Overflow().Load())
		}
	})
}

// TestCounterMapRangeSeesEachKeyOnce while keys come and go; those that stay must
// be seen.
func TestCounterMapRangeSeesEachKeyOnce(t *testing.T) {
	c := primitives.NewCounterMap[int]()
	const staying, coming = 500, 500
	for k := range staying {
		c.Add(k, int64(k))
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				c.Inc(staying + i%coming)
				c.Delete(staying + (i+coming/2)%coming)
			}
		}
	}()
	for range 200 {
		seen := make(map[int]int64)
		for k, n := range c.All() {
			if _, twice := seen[k]; twice {
				t.Fatalf("key %d twice", k)
			}
			seen[k] = n
		}
		for k := range staying {
			if n, ok := seen[k]; !ok || n != int64(k) {
				t.Fatalf("key %d: %d, %t", k, n, ok)
			}
		}
	}
	close(stop)
	wg.Wait()
}

func TestCounterMapNoAllocations(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewCounterMap[string](opt)
		cold, hot := "cold"+strconv.Itoa(len(t.Name())), "hot"+strconv.Itoa(len(t.Name()))
		c.Inc(cold)
		warm(t, c, hot)
		k := c.Counter(hot)
		for name, op := range map[string]func(){
			"Add, cold":      func() { c.Add(cold, 0) },
			"Add, hot":       func() { c.Add(hot, 1) },
			"Load, hot":      func() { c.Load(hot) },
			"KeyCounter.Add": func() { k.Add(1) },
			"Range":          func() { c.Range(func(string, int64) bool { return true }) },
		} {
			if n := testing.AllocsPerRun(100, op); n != 0 {
				t.Errorf("%s allocates %v times", name, n)
			}
		}
	})
}
