//go:build go1.25

package primitives_test

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/percpu-go/percpu/primitives"
)

// TestMapsInBubble runs what tests maps inside a bubble of testing/synctest, where
// whoever waits for a chain must be to it as who waits for a mutex.
func TestMapsInBubble(t *testing.T) {
	id := func(i int) int { return i }
	methods := func(t *testing.T) {
		testMethods(t, new(primitives.Map[int, int]), keysOf(600, id), id)
		testMethods(t, new(primitives.Map[string, int]), keysOf(600, strconv.Itoa), id)
		testMethods(t, primitives.NewBadHashMap[int, int](), keysOf(100, id), id)
		testMethods(t, primitives.NewBadHashMap[string, int](), keysOf(100, text), id)
		testMethods(t, primitives.NewTruncHashMap[int, int](), keysOf(600, id), id)
	}
	unkey := func(k string) int {
		i, _ := strconv.Atoi(k)
		return i
	}
	for _, test := range []struct {
		name   string
		rounds int
		f      func(*testing.T)
	}{
		{"methods", 0, methods},
		{"exact, words", 20_000, func(t *testing.T) { stressExact(t, id) }},
		{"exact, entries", 20_000, func(t *testing.T) { stressExact(t, strconv.Itoa) }},
		{"range, words", 4, func(t *testing.T) { stressRange(t, id, id) }},
		{"range, entries", 4, func(t *testing.T) { stressRange(t, strconv.Itoa, unkey) }},
		{"first use", 0, TestMapFirstUse},
		{"unruly functions, words", 0, func(t *testing.T) { unrulyFunctions(t, id) }},
		{"unruly functions, entries", 0, func(t *testing.T) { unrulyFunctions(t, strconv.Itoa) }},
		{"queue", 0, TestMapLockQueue},
		{"max keys", 0, TestMaxKeysNeverRefusesWhatIsThere},
		{"unequal keys", 0, TestUnequalKeys},
		{"counts", 0, countInBubble},
	} {
		t.Run(test.name, func(t *testing.T) {
			togetherRounds = test.rounds
			defer func() { togetherRounds = 0 }()
			synctest.Test(t, test.f)
		})
	}
}

func countInBubble(t *testing.T) {
	var c primitives.CounterMap[int]
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20_000 {
				c.Inc(i % 3)
				if i%1000 == 0 {
					c.Add(3, must(c.Delete(i%3)))
				}
			}
		}()
	}
	wg.Wait()
	sum := int64(0)
	for _, n := range c.Reset() {
		sum += n
	}
	if sum != 80_000 {
		t.Errorf("%d, want 80000", sum)
	}
}

// TestMapSharedWithBubble: a map is used inside of a bubble and outside at once, and
// goroutines of both wait for each other.
func TestMapSharedWithBubble(t *testing.T) {
	m := primitives.NewMap[string, int](primitives.WithShards(1))
	c := primitives.NewCounterMap[string](primitives.WithShards(1))
	stop := make(chan bool)
	var wg sync.WaitGroup
	write := func(n int) {
		for i := range n {
			m.Compute("k", func(v int, _ bool) (int, primitives.MapAction) { return v + 1, primitives.MapStore })
			m.Store("other", i)
			m.Delete("other")
			c.Inc("k")
			if i%100 == 0 {
				c.Delete("k")
			}
		}
	}
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				default:
					write(100)
				}
			}
		}()
	}
	for range 20 {
		synctest.Test(t, func(*testing.T) {
			var inside sync.WaitGroup
			for range 2 {
				inside.Add(1)
				go func() {
					defer inside.Done()
					write(1000)
				}()
			}
			inside.Wait()
		})
	}
	close(stop)
	wg.Wait()
}
