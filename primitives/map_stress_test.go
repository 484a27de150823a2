package primitives_test

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// stressTime is how long the stress tests of Map run, each.
func stressTime(t *testing.T) time.Duration {
	const env = "PERCPU_STRESS_MAP"
	if s := os.Getenv(env); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatalf("%s=%q: %v", env, s, err)
		}
		return d
	}
	return 300 * time.Millisecond
}

// togetherRounds, if not 0, makes together stop after so many rounds of its first
// function: time stands still in a bubble of testing/synctest.
var togetherRounds int

// together runs functions over and over, each in a goroutine of its own, once and then
// until time is up.
func together(t *testing.T, functions ...func(round int)) {
	t.Helper()
	var stop atomic.Bool
	var wg sync.WaitGroup
	for i, f := range functions {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for round := 0; round == 0 || !stop.Load() && !t.Failed(); round++ {
				f(round)
				if i == 0 && round == togetherRounds-1 {
					stop.Store(true)
				}
			}
		}()
	}
	if togetherRounds == 0 {
		time.Sleep(stressTime(t))
		stop.Store(true)
	}
	wg.Wait()
}

// TestMapStressRange: while other keys come and go by the thousand, so that
// shards grow and shrink, and all values change, Range sees each key that stays
// exactly once, and Load finds it.
func TestMapStressRange(t *testing.T) {
	t.Run("words", func(t *testing.T) { stressRange(t, func(i int) int { return i }, func(k int) int { return k }) })
	t.Run("entries", func(t *testing.T) {
		stressRange(t, strconv.Itoa, func(k string) int {
			i, _ := strconv.Atoi(k)
			return i
		})
	})
}

func stressRange[K comparable](t *testing.T, key func(int) K, unkey func(K) int) {
	const stay, pass = 500, 6000
	m := primitives.NewMap[K, int](primitives.WithShards(2))
	for i := range stay {
		m.Store(key(i), i)
	}
	var grown atomic.Int64
	churn := func(from int) func(int) {
		return func(round int) {
			for i := from; i < from+pass; i++ {
				m.Store(key(i), i)
			}
			grown.Add(1)
			for i := from; i < from+pass; i++ {
				m.Delete(key(i))
			}
		}
	}
	together(t,
		churn(stay), churn(stay+pass),
		func(round int) { // values are the key modulo a million
			for i := range stay {
				m.Store(key(i), i+1_000_000*(round%1000))
			}
		},
		func(int) {
			for i := range stay {
				if v, ok := m.Load(key(i)); !ok || v%1_000_000 != i {
					t.Errorf("Load(%d) = %d, %v", i, v, ok)
				}
			}
		},
		func(int) {
			seen := make(map[K]bool, stay+2*pass)
			stayed := 0
			for k, v := range m.All() {
				if seen[k] {
					t.Errorf("%v twice", k)
				}
				if v%1_000_000 != unkey(k) {
					t.Errorf("%v has value %d", k, v)
				}
				seen[k] = true
				if unkey(k) < stay {
					stayed++
				}
			}
			if stayed != stay {
				t.Errorf("saw %d of %d keys that stayed", stayed, stay)
			}
		},
	)
	if grown.Load() == 0 {
		t.Error("nothing came and went")
	}
	for i := stay; i < stay+2*pass; i++ {
		m.Delete(key(i))
	}
	if m.Len() != stay {
		t.Errorf("Len %d, want %d", m.Len(), stay)
	}
}

// TestMapStressExact: of what many goroutines do to few keys nothing is lost or
// doubled, while other keys come and go.
func TestMapStressExact(t *testing.T) {
	t.Run("words", func(t *testing.T) { stressExact(t, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { stressExact(t, strconv.Itoa) })
}

func stressExact[K comparable](t *testing.T, key func(int) K) {
	const keys = 10
	m := primitives.NewMap[K, int](primitives.WithShards(1))
	var computed, swapped, stored, deleted atomic.Int64
	compute := func(round int) {
		m.Compute(key(round%keys), func(v int, _ bool) (int, primitives.MapAction) { return v + 1, primitives.MapStore })
		computed.Add(1)
	}
	swap := func(round int) {
		k := key(keys + round%keys)
		if v, ok := m.Load(k); ok && m.CompareAndSwap(k, v, v+1) {
			swapped.Add(1)
		}
	}
	come := func(round int) {
		if _, loaded := m.LoadOrStore(key(2*keys+round%keys), 1); !loaded {
			stored.Add(1)
		}
	}
	leave := func(round int) {
		if m.CompareAndDelete(key(2*keys+round%keys), 1) {
			deleted.Add(1)
		}
	}
	for i := range keys {
		m.Store(key(keys+i), 0)
	}
	together(t, compute, compute, swap, swap, come, come, leave, leave, func(int) {
		for i := range 1000 {
			m.Store(key(1000+i), i)
		}
		for i := range 1000 {
			m.Delete(key(1000 + i))
		}
	})
	sum := func(from int) (sum int64) {
		for i := range keys {
			v, _ := m.Load(key(from + i))
			sum += int64(v)
		}
		return sum
	}
	if got := sum(0); got != computed.Load() {
		t.Errorf("%d increments by Compute, sum %d", computed.Load(), got)
	}
	if got := sum(keys); got != swapped.Load() {
		t.Errorf("%d increments by CompareAndSwap, sum %d", swapped.Load(), got)
	}
	if got := sum(2 * keys); got != stored.Load()-deleted.Load() {
		t.Errorf("%d stored, %d deleted, %d there", stored.Load(), deleted.Load(), got)
	}
	entries := 0
	for range m.All() {
		entries++
	}
	if m.Len() != entries {
		t.Errorf("Len %d, %d entries", m.Len(), entries)
	}
}

// TestMapStressClear: entries stored after a Clear has ended stay, others are as
// they were stored.
func TestMapStressClear(t *testing.T) {
	m := primitives.NewMap[string, string](primitives.WithShards(2))
	words := primitives.NewMap[int, int](primitives.WithShards(2))
	var clearing sync.RWMutex // held to store what must stay for a moment
	writer := func(id int) func(int) {
		return func(round int) {
			for i := range 300 {
				k := fmt.Sprint(id, i)
				clearing.RLock()
				m.Store(k, k)
				words.Store(1000*id+i, 1000*id+i)
				v, ok := m.Load(k)
				w, found := words.Load(1000*id + i)
				clearing.RUnlock()
				if !ok || v != k || !found || w != 1000*id+i {
					t.Errorf("%s: %q, %v; %d, %v", k, v, ok, w, found)
				}
			}
		}
	}
	together(t, writer(1), writer(2),
		func(round int) {
			if round%2 == 0 {
				clearing.Lock()
				defer clearing.Unlock()
				m.Clear()
				words.Clear()
				if m.Len() != 0 || words.Len() != 0 {
					t.Errorf("Len %d, %d after Clear", m.Len(), words.Len())
				}
			}
			time.Sleep(time.Millisecond)
		},
		func(int) {
			for k, v := range m.All() {
				if k != v {
					t.Errorf("%s: %s", k, v)
				}
			}
			for k, v := range words.All() {
				if k != v {
					t.Errorf("%d: %d", k, v)
				}
			}
		},
	)
	m.Clear()
	words.Clear()
	if m.Len() != 0 || words.Len() != 0 {
		t.Errorf("Len %d, %d after Clear", m.Len(), words.Len())
	}
}

// TestMapLoadsDontWait: while somebody is in a Compute of a key, and a resize
// waits for its lock, every key can be loaded, and keys of other shards stored.
func TestMapLoadsDontWait(t *testing.T) {
	t.Run("words", func(t *testing.T) { loadsDontWait(t, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { loadsDontWait(t, strconv.Itoa) })
}

func loadsDontWait[K comparable](t *testing.T, key func(int) K) {
	m := primitives.NewMap[K, int](primitives.WithShards(2))
	const n = 1000
	for i := range n {
		m.Store(key(i), i)
	}
	entered, leave := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		m.Compute(key(1), func(int, bool) (int, primitives.MapAction) {
			entered <- true
			<-leave
			return 0, primitives.MapDelete
		})
	}()
	<-entered
	var stored atomic.Int64
	for g := range 4 { // some of them will wait
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 4 * n {
				m.Store(key(n+4*i+g), n+4*i+g)
				stored.Add(1)
			}
		}()
	}
	// All four may wait before the map grows, if the first keys they store share the lock.
	for end := time.Now().Add(time.Second); stored.Load() < n/2 && !m.Resizing() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(10 * time.Millisecond)
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 10 {
			for i := range n {
				if v, ok := m.Load(key(i)); !ok || v != i {
					t.Errorf("Load(%d) = %d, %v", i, v, ok)
				}
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Error("a Load waits for a Compute")
	}
	if !m.Resizing() {
		t.Log("no resize was waiting")
	}
	leave <- true
	wg.Wait()
	if m.Len() != 17*n-1 {
		t.Errorf("Len %d, want %d", m.Len(), 17*n-1)
	}
}

// TestMapFirstUse: a zero value is used by many at once for the first time.
func TestMapFirstUse(t *testing.T) {
	for range 300 {
		var words primitives.Map[int, int]
		var texts primitives.Map[string, int]
		var ready, wg sync.WaitGroup
		ready.Add(4)
		for g := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				ready.Done()
				ready.Wait()
				k := strconv.Itoa(g)
				for range 3 {
					words.Load(g + 1)
					texts.Load("1")
				}
				words.Store(g, g)
				texts.Store(k, g)
				v, ok := words.Load(g)
				w, found := texts.Load(k)
				if v != g || !ok || w != g || !found {
					t.Errorf("Load(%d) = %d, %v; %d, %v", g, v, ok, w, found)
				}
				words.Delete(g)
				texts.Delete(k)
				if _, ok := words.Load(g); ok {
					t.Errorf("%d is there after Delete", g)
				}
			}()
		}
		wg.Wait()
		if words.Len() != 0 || texts.Len() != 0 {
			t.Errorf("Len %d, %d", words.Len(), texts.Len())
		}
	}
}
