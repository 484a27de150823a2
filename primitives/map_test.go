package primitives_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// cell is a key that is a word but no integer; point one that is larger.
type (
	cell  struct{ x, y int16 }
	point struct{ x, y, z int }
	name  string
)

// text returns one of different strings that a map hashes itself.
func text(i int) string { return fmt.Sprintf("key %d", i) }

// keysOf returns n different keys of type K.
func keysOf[K comparable](n int, key func(int) K) []K {
	keys := make([]K, n)
	for i := range keys {
		keys[i] = key(i)
	}
	return keys
}

// testMap checks every method on keys and values of one pair of types.
func testMap[K, V comparable](inline bool, key func(int) K, value func(int) V) func(*testing.T) {
	return func(t *testing.T) {
		for which, m := range map[string]*primitives.Map[K, V]{
			"zero value":     {},
			"one shard":      primitives.NewMap[K, V](primitives.WithShards(1)),
			"sized":          primitives.NewMap[K, V](primitives.WithSize(5000), primitives.WithShards(3)),
			"all-equal hash": primitives.NewBadHashMap[K, V](),
			"truncated hash": primitives.NewTruncHashMap[K, V](),
		} {
			n := 600
			if which == "all-equal hash" {
				n = 200 // in one chain of buckets
			}
			t.Run(which, func(t *testing.T) { testMethods(t, m, keysOf(n, key), value) })
			if m.Inline() != inline {
				t.Errorf("inline: %v", m.Inline())
			}
		}
	}
}

func testMethods[K, V comparable](t *testing.T, m *primitives.Map[K, V], keys []K, value func(int) V) {
	var zero V
	expect := func(what string, i int, v V, ok bool, want V, wantOK bool) {
		t.Helper()
		if v != want || ok != wantOK {
			t.Errorf("%s(%v) = %v, %v, want %v, %v", what, keys[i], v, ok, want, wantOK)
		}
	}
	load := func(i int, want V, wantOK bool) {
		t.Helper()
		v, ok := m.Load(keys[i])
		expect("Load", i, v, ok, want, wantOK)
	}
	for range 2 {
		for i, k := range keys {
			load(i, zero, false)
			m.Delete(k)
			if m.CompareAndSwap(k, zero, value(1)) || m.CompareAndDelete(k, zero) {
				t.Errorf("CompareAndSwap or -Delete of %v, which is not there", k)
			}
			v, ok := m.LoadAndDelete(k)
			expect("LoadAndDelete", i, v, ok, zero, false)
			switch i % 4 {
			case 0:
				m.Store(k, value(i))
			case 1:
				v, ok = m.Swap(k, value(i))
				expect("Swap", i, v, ok, zero, false)
			case 2:
				v, ok = m.LoadOrStore(k, value(i))
				expect("LoadOrStore", i, v, ok, value(i), false)
			case 3:
				v, ok = m.Compute(k, func(V, bool) (V, primitives.MapAction) { return value(i), primitives.MapStore })
				expect("Compute", i, v, ok, value(i), true)
			}
			load(i, value(i), true)
		}
		if m.Len() != len(keys) {
			t.Errorf("Len %d, want %d", m.Len(), len(keys))
		}
		for i, k := range keys {
			v, ok := m.LoadOrStore(k, value(i+1))
			expect("LoadOrStore", i, v, ok, value(i), true)
			v, ok = m.Swap(k, value(i+1))
			expect("Swap", i, v, ok, value(i), true)
			if value(i) != value(i+1) && m.CompareAndSwap(k, value(i), value(i+2)) {
				t.Errorf("CompareAndSwap(%v) of another value", k)
			}
			if !m.CompareAndSwap(k, value(i+1), value(i+2)) {
				t.Errorf("CompareAndSwap(%v) did nothing", k)
			}
			load(i, value(i+2), true)
		}
		checkIterators(t, m, keys, func(i int) V { return value(i + 2) })
		for i, k := range keys {
			var v V
			ok := true
			switch i % 5 {
			case 0:
				m.Delete(k)
			case 1:
				v, ok = m.LoadAndDelete(k)
				expect("LoadAndDelete", i, v, ok, value(i+2), true)
			case 2:
				if !m.CompareAndDelete(k, value(i+2)) {
					t.Errorf("CompareAndDelete(%v) did nothing", k)
				}
			case 3:
				v, ok = m.Compute(k, func(V, bool) (V, primitives.MapAction) { return zero, primitives.MapDelete })
				expect("Compute", i, v, ok, value(i+2), false)
			case 4:
				v, ok = m.Compute(k, func(V, bool) (V, primitives.MapAction) { return zero, primitives.MapKeep })
				expect("Compute", i, v, ok, value(i+2), true)
				continue
			}
			load(i, zero, false)
		}
		if m.Len() != len(keys)/5 {
			t.Errorf("Len %d, want %d", m.Len(), len(keys)/5)
		}
		m.Clear()
		if m.Len() != 0 {
			t.Errorf("Len %d after Clear", m.Len())
		}
		for range m.All() {
			t.Error("an entry after Clear")
		}
	}
}

func checkIterators[K, V comparable](t *testing.T, m *primitives.Map[K, V], keys []K, value func(int) V) {
	t.Helper()
	got := make(map[K]V)
	n := 0
	for k, v := range m.All() {
		got[k] = v
		n++
	}
	want := make(map[K]V)
	for i, k := range keys {
		want[k] = value(i)
	}
	if n != len(want) || !maps.Equal(got, want) {
		t.Errorf("All: %d entries, want the %d stored", n, len(want))
	}
	if k := slices.Collect(m.Keys()); len(k) != len(keys) {
		t.Errorf("Keys: %d, want %d", len(k), len(keys))
	}
	if v := slices.Collect(m.Values()); len(v) != len(keys) {
		t.Errorf("Values: %d, want %d", len(v), len(keys))
	}
	n = 0
	m.Range(func(K, V) bool { n++; return n < 3 })
	for range m.All() {
		n++
		break
	}
	if n != 4 {
		t.Errorf("%d calls of Range's function and loops, want 3 and 1", n)
	}
}

func TestMap(t *testing.T) {
	id := func(i int) int { return i }
	t.Run("int→int", testMap(true, id, id))
	t.Run("uint16→uint8", testMap(true, func(i int) uint16 { return uint16(i) }, func(i int) uint8 { return uint8(i) }))
	t.Run("int32→struct{}", testMap(true, func(i int) int32 { return int32(-i) }, func(int) struct{} { return struct{}{} }))
	t.Run("cell→float64", testMap(true, func(i int) cell { return cell{int16(i), int16(-i)} }, func(i int) float64 { return float64(i) / 3 }))
	t.Run("[3]byte→[5]byte", testMap(true, func(i int) [3]byte { return [3]byte{byte(i), 7, byte(i >> 8)} }, func(i int) [5]byte { return [5]byte{4: byte(i)} }))
	t.Run("string→int", testMap(false, text, id))
	t.Run("name→string", testMap(false, func(i int) name { return name(text(i)) }, text))
	t.Run("int→string", testMap(false, id, text))
	t.Run("point→point", testMap(false, func(i int) point { return point{i, -i, 5} }, func(i int) point { return point{5, i, -i} }))
	t.Run("float64→int", testMap(false, func(i int) float64 { return float64(i) / 3 }, id))
	ints := keysOf(700, func(int) *int { return new(int) })
	t.Run("pointer→pointer", testMap(false, func(i int) *int { return ints[i] }, func(i int) *int { return ints[i] }))
	t.Run("any→any", testMap(false, func(i int) any {
		return [...]any{i, text(i), point{x: i}, float32(i)}[i%4]
	}, func(i int) any { return [...]any{i, text(i)}[i%2] }))
}

// TestMapFloatKeys: as in a map[float64]V, the two zeros are one key, and NaNs
// are as many as were stored.
func TestMapFloatKeys(t *testing.T) {
	m := primitives.NewMap[float64, int](primitives.WithShards(2))
	m.Store(0, 1)
	if v, ok := m.Load(math.Copysign(0, -1)); !ok || v != 1 {
		t.Errorf("Load(-0) = %d, %v", v, ok)
	}
	nan := math.NaN()
	const nans = 300
	for i := range nans {
		m.Store(nan, i)
		for j := range 5 {
			m.Store(float64(i)+float64(j+1)/10, i) // makes shards grow
		}
	}
	if _, ok := m.Load(nan); ok {
		t.Error("found a NaN")
	}
	m.Delete(nan)
	seen := make(map[int]int)
	for k, v := range m.All() {
		if k != k {
			seen[v]++
		}
	}
	if len(seen) != nans || m.Len() != 1+6*nans {
		t.Errorf("%d NaNs, want %d; Len %d", len(seen), nans, m.Len())
	}
	for k := range m.All() {
		m.Delete(k)
	}
	if m.Len() != nans {
		t.Errorf("Len %d, want the %d NaNs", m.Len(), nans)
	}
	m.Clear()
	if m.Len() != 0 {
		t.Errorf("Len %d after Clear", m.Len())
	}
}

func TestMapPanics(t *testing.T) {
	expect := func(want string, f func()) {
		t.Helper()
		defer func() {
			t.Helper()
			if r := fmt.Sprint(recover()); !strings.Contains(r, want) {
				t.Errorf("panic: %s, want %q", r, want)
			}
		}()
		f()
	}
	var slicesMap primitives.Map[int, []int]
	expect("percpu: Map.CompareAndSwap", func() { slicesMap.CompareAndSwap(1, nil, nil) })
	expect("percpu: Map.CompareAndDelete", func() { slicesMap.CompareAndDelete(1, nil) })
	var anyMap primitives.Map[any, any]
	anyMap.Store(1, []int{})
	expect("comparing uncomparable", func() { anyMap.CompareAndSwap(1, []int{}, 2) })
	expect("comparing uncomparable", func() { anyMap.CompareAndDelete(1, []int{}) })
	expect("unhashable", func() { anyMap.Store([]int{}, 1) })
	anyMap.Store(1, 2) // nothing is left locked
	if v, _ := anyMap.Load(1); v != 2 {
		t.Errorf("Load = %v, want 2", v)
	}
	var m primitives.Map[int, int]
	m.Store(1, 1)
	expect("mine", func() {
		m.Compute(1, func(int, bool) (int, primitives.MapAction) { panic("mine") })
	})
	if v, ok := m.Compute(1, func(v int, ok bool) (int, primitives.MapAction) { return v + 1, primitives.MapStore }); v != 2 || !ok {
		t.Errorf("Compute after a panic: %d, %v", v, ok)
	}
}

func TestMapBackend(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		m := primitives.NewMap[int, int](opt)
		for i := range 1000 {
			m.Store(i, i)
		}
		for i := range 400 {
			m.Delete(i)
		}
		if m.Len() != 600 {
			t.Errorf("Len %d, want 600", m.Len())
		}
	})
}

func TestMapNoAllocations(t *testing.T) {
	check := func(name string, op func()) {
		t.Helper()
		if n := testing.AllocsPerRun(100, op); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
	var words primitives.Map[int, int]
	var texts primitives.Map[string, point]
	var points primitives.Map[point, int]
	var anys primitives.Map[any, any]
	var absent primitives.Map[any, any]
	key := any("x")
	words.Store(1, 2)
	texts.Store("x", point{})
	points.Store(point{1, 2, 3}, 1)
	anys.Store(key, 1)
	check("Load(int)", func() { words.Load(1) })
	check("Store(int)", func() { words.Store(1, 3) })
	check("Delete and Store(int)", func() { words.Delete(1); words.Store(1, 3) })
	check("Load(string)", func() { texts.Load("x") })
	if !primitives.HashAllocates {
		check("Load(point)", func() { points.Load(point{1, 2, 3}) })
		check("Load(any)", func() { anys.Load(key) })
	}
	check("Load(any)", func() { absent.Load(key) })
	check("Range", func() { texts.Range(func(string, point) bool { return true }) })
}

func ExampleMap() {
	var ages primitives.Map[string, int] // as one would declare a sync.Map

	var wg sync.WaitGroup
	for i, name := range []string{"Ada", "Alan", "Grace"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ages.Store(name, 30+i)
		}()
	}
	wg.Wait()

	age, ok := ages.Load("Grace")
	fmt.Println(age, ok, ages.Len())
	for name, age := range ages.All() {
		if age > 30 {
			ages.Delete(name)
		}
	}
	fmt.Println(ages.Len())
	// Output:
	// 32 true 3
	// 1
}

func ExampleMap_Compute() {
	var words primitives.Map[string, []string]
	for _, w := range []string{"pear", "apple", "plum", "peach", "avocado"} {
		words.Compute(w[:1], func(list []string, _ bool) ([]string, primitives.MapAction) {
			return append(slices.Clip(list), w), primitives.MapStore
		})
	}
	a, _ := words.Load("a")
	sort.Strings(a)
	fmt.Println(a, words.Len())
	// Output: [apple avocado] 2
}

// Seats that are taken, one at a time, until there are none.
func ExampleMapAction() {
	var seats primitives.Map[string, int]
	seats.Store("window", 2)
	take := func(kind string) (taken bool) {
		seats.Compute(kind, func(free int, ok bool) (int, primitives.MapAction) {
			taken = ok
			switch {
			case !ok:
				return 0, primitives.MapKeep // as it is: there is none
			case free == 1:
				return 0, primitives.MapDelete
			}
			return free - 1, primitives.MapStore
		})
		return taken
	}
	fmt.Println(take("window"), take("window"), take("window"), seats.Len())
	// Output: true true false 0
}
