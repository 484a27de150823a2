package primitives_test

import (
	"os"
	"runtime"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestMapGivesMemoryBack: a map that was large is small again. With
// PERCPU_STRESS_KEYS=1 it was very large.
func TestMapGivesMemoryBack(t *testing.T) {
	keys := 200_000
	if os.Getenv("PERCPU_STRESS_KEYS") != "" {
		keys = 10_000_000
	}
	t.Run("words", func(t *testing.T) { givesMemoryBack(t, keys, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { givesMemoryBack(t, keys, func(i int) [2]int { return [2]int{i, i} }) })
}

func givesMemoryBack[K comparable](t *testing.T, keys int, key func(int) K) {
	var m primitives.Map[K, int]
	m.Store(key(0), 0)
	start := heap()
	for i := range keys {
		m.Store(key(i), i)
	}
	full := heap()
	for i := range keys {
		m.Delete(key(i))
	}
	end := heap()
	if m.Len() != 0 {
		t.Errorf("Len %d", m.Len())
	}
	t.Logf("%d keys: %d KiB at first, %d full (%.1f bytes an entry), %d at the end",
		keys, start>>10, full>>10, float64(full-start)/float64(keys), end>>10)
	if end > 2*start {
		t.Errorf("%d KiB at first, %d at the end", start>>10, end>>10)
	}
	m.Store(key(0), 0) // it was alive all the time
	if full < start+uint64(8*keys) {
		t.Error("the map was not there when it was measured")
	}
	for i := range keys / 10 {
		m.Store(key(i), i)
	}
	m.Clear()
	if cleared := heap(); cleared > 2*start {
		t.Errorf("%d KiB at first, %d after Clear", start>>10, cleared>>10)
	}
	runtime.KeepAlive(&m)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
