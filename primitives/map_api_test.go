package primitives_test

import (
	"encoding/json"
	"expvar"
	"fmt"
	"maps"
	"math"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func TestMapLoadOrCompute(t *testing.T) {
	t.Run("words", func(t *testing.T) { loadOrCompute(t, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { loadOrCompute(t, strconv.Itoa) })
}

func loadOrCompute[K comparable](t *testing.T, key func(int) K) {
	var m primitives.Map[K, int]
	calls := 0
	value := func(v int, cancel bool) func() (int, bool) {
		return func() (int, bool) { calls++; return v, cancel }
	}
	for _, step := range []struct {
		v         int
		cancel    bool
		want      int
		loaded    bool
		wantCalls int
		wantLen   int
	}{
		{5, true, 0, false, 1, 0},
		{6, false, 6, false, 2, 1},
		{7, false, 6, true, 2, 1},
		{8, true, 6, true, 2, 1},
	} {
		v, loaded := m.LoadOrCompute(key(1), value(step.v, step.cancel))
		if v != step.want || loaded != step.loaded || calls != step.wantCalls || m.Len() != step.wantLen {
			t.Errorf("%+v: %d, %t; %d calls, Len %d", step, v, loaded, calls, m.Len())
		}
	}
	// Of many that come at once one computes.
	var computed, wrong atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 1000 {
				v, _ := m.LoadOrCompute(key(10+i), func() (int, bool) { computed.Add(1); runtime.Gosched(); return i, false })
				if v != i {
					wrong.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	if computed.Load() != 1000 || wrong.Load() != 0 || m.Len() != 1001 {
		t.Errorf("%d computed, %d wrong, Len %d", computed.Load(), wrong.Load(), m.Len())
	}
}

func TestMapDeleteMatching(t *testing.T) {
	t.Run("words", func(t *testing.T) { deleteMatching(t, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { deleteMatching(t, strconv.Itoa) })
}

func deleteMatching[K comparable](t *testing.T, key func(int) K) {
	var m primitives.Map[K, int]
	if n := m.DeleteMatching(func(K, int) (bool, bool) { return true, false }); n != 0 {
		t.Errorf("%d deleted of none", n)
	}
	const n = 1000
	want := make(map[K]int)
	for i := range n {
		m.Store(key(i), i)
		if i%3 != 0 {
			want[key(i)] = i
		}
	}
	if got := m.DeleteMatching(func(_ K, v int) (bool, bool) { return v%3 == 0, false }); got != (n+2)/3 || m.Len() != len(want) {
		t.Errorf("%d deleted, Len %d", got, m.Len())
	}
	if got := maps.Collect(m.All()); !maps.Equal(got, want) {
		t.Errorf("%d left, want %d", len(got), len(want))
	}
	calls := 0
	if got := m.DeleteMatching(func(K, int) (bool, bool) { calls++; return true, calls == 5 }); got != 5 || calls != 5 || m.Len() != len(want)-5 {
		t.Errorf("%d deleted in %d calls, Len %d", got, calls, m.Len())
	}
	// What is stored anew while it is looked at stays.
	left := m.Len()
	if got := m.DeleteMatching(func(k K, v int) (bool, bool) { m.Store(k, v+n); return true, false }); got != 0 || m.Len() != left {
		t.Errorf("%d deleted that were stored anew, Len %d of %d", got, m.Len(), left)
	}
	if got := m.DeleteMatching(func(k K, v int) (bool, bool) { m.Delete(k); return true, false }); got != 0 || m.Len() != 0 {
		t.Errorf("%d deleted twice, Len %d", got, m.Len())
	}
}

func TestCounterMapLoadOk(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewCounterMap[string](opt)
		expect := func(want int64, there bool) {
			t.Helper()
			if n, ok := c.LoadOk("a"); n != want || ok != there || c.Load("a") != want {
				t.Errorf("LoadOk: %d, %t, want %d, %t", n, ok, want, there)
			}
		}
		expect(0, false)
		c.Add("a", 0)
		expect(0, true)
		warm(t, c, "a")
		expect(primitives.HotAfter, true)
		c.Delete("a")
		expect(0, false)
	})
}

type colour int

func (c colour) MarshalText() ([]byte, error) {
	if c < 0 {
		return nil, fmt.Errorf("no colour")
	}
	return []byte{'c', byte('0' + c)}, nil
}

func TestCounterMapJSON(t *testing.T) {
	var c primitives.CounterMap[string]
	var _ expvar.Var = &c
	var _ json.Marshaler = &c
	if c.String() != "{}" {
		t.Errorf("empty: %s", &c)
	}
	c.Add("b", -1)
	c.Add("a\"\n", 1<<62-1)
	if want := `{"a\"\n":4611686018427387903,"b":-1}`; c.String() != want {
		t.Errorf("%s, want %s", &c, want)
	}
	if text, err := json.Marshal(map[string]any{"c": &c}); err != nil || string(text) != `{"c":`+c.String()+`}` {
		t.Errorf("%s, %v", text, err)
	}
	var ints primitives.CounterMap[int]
	ints.Inc(-3)
	var colours primitives.CounterMap[colour]
	colours.Inc(4)
	type pair struct{ x, y int }
	var pairs primitives.CounterMap[pair]
	pairs.Inc(pair{1, 2})
	var floats primitives.CounterMap[float64]
	floats.Add(math.NaN(), 2)
	floats.Add(math.NaN(), 3)
	for want, got := range map[string]fmt.Stringer{`{"-3":1}`: &ints, `{"c4":1}`: &colours, `{"{1 2}":1}`: &pairs, `{"NaN":5}`: &floats} {
		if got.String() != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	colours.Inc(-1)
	if _, err := colours.MarshalJSON(); err == nil || colours.String() != "{}" {
		t.Errorf("a key without a text: %v, %s", err, &colours)
	}
}

// TestMapOfOneEntryIsSmall, whatever the number of CPUs.
func TestMapOfOneEntryIsSmall(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 128} {
		runtime.GOMAXPROCS(procs)
		for what, make := range map[string]func() any{
			"Map[string, int]":   func() any { m := new(primitives.Map[string, int]); m.Store("a", 1); return m },
			"Map[int, int]":      func() any { m := new(primitives.Map[int, int]); m.Store(1, 1); return m },
			"Map[any, any]":      func() any { m := new(primitives.Map[any, any]); m.Store("a", "b"); return m },
			"CounterMap[string]": func() any { c := new(primitives.CounterMap[string]); c.Inc("a"); return c },
			"CounterMap[int]":    func() any { c := primitives.NewCounterMap[int](); c.Inc(1); return c },
		} {
			keep := [1000]any{make()}
			before := heap()
			for i := range keep {
				keep[i] = make()
			}
			per := int64(heap()-before) / int64(len(keep)) // less than 0 if others' garbage was more
			t.Logf("%s, %d CPUs: %d bytes", what, procs, per)
			if per > 512 && !primitives.Invariants {
				t.Errorf("%s of one entry has %d bytes, want at most 512", what, per)
			}
			runtime.KeepAlive(&keep)
		}
	}
}

func ExampleMap_LoadOrCompute() {
	var files primitives.Map[string, int]
	size, loaded := files.LoadOrCompute("a", func() (int, bool) { return 42, false })
	fmt.Println(size, loaded)
	size, loaded = files.LoadOrCompute("a", func() (int, bool) { return 43, false })
	fmt.Println(size, loaded)
	_, loaded = files.LoadOrCompute("b", func() (int, bool) { return 0, true })
	fmt.Println(loaded, files.Len())
	// Output:
	// 42 false
	// 42 true
	// false 1
}

func ExampleMap_DeleteMatching() {
	var expires primitives.Map[string, int]
	for i, name := range []string{"a", "b", "c"} {
		expires.Store(name, i)
	}
	const now = 1
	n := expires.DeleteMatching(func(_ string, at int) (delete, stop bool) { return at <= now, false })
	fmt.Println(n, expires.Len())
	// Output: 2 1
}

func ExampleCounterMap_String() {
	var requests primitives.CounterMap[string] // expvar.Publish("requests", &requests)
	requests.Add("/", 3)
	requests.Inc("/about")
	fmt.Println(&requests)
	// Output: {"/":3,"/about":1}
}
