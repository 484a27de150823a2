package backend_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestBeforeSelection: cells count while there is no default backend yet, attach when
// there is, and lose and double nothing on the way, for any mix of readers.
func TestBeforeSelection(t *testing.T) {
	const adders, adds = 4, 20_000
	var ready atomic.Bool
	b := fake(t)
	backend.WithDefault(func() (backend.Backend, bool) { return b, ready.Load() }, func() {
		var whole, float backend.Cell
		var taken atomic.Uint64
		var takenFloat float64
		var wg sync.WaitGroup
		for a := range adders {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range adds {
					if a == 0 && i == adds/2 {
						ready.Store(true)
					}
					whole.Add(3)
					float.AddFloat64(0.5)
				}
			}()
		}
		var last uint64
		for range 1000 {
			if sum := taken.Load() + whole.Sum(); sum < last {
				t.Errorf("the sum fell from %d to %d", last, sum)
			} else {
				last = sum
			}
			taken.Add(whole.Take())
			takenFloat += float.TakeFloat64()
		}
		wg.Wait()
		if sum := taken.Load() + whole.Take(); sum != 3*adders*adds {
			t.Errorf("counted %d, want %d", sum, 3*adders*adds)
		}
		if sum := takenFloat + float.TakeFloat64(); sum != adders*adds/2 {
			t.Errorf("counted %v, want %v", sum, adders*adds/2)
		}
		if whole.Backend() != b || float.Backend() != b {
			t.Error("not attached when there was a backend")
		}
	})
}

// TestDefaultPanics: an addition that panics because the backend asked for can't be
// had has changed nothing, and so does the next one.
func TestDefaultPanics(t *testing.T) {
	var c backend.Cell
	backend.WithDefault(func() (backend.Backend, bool) { panic("percpu: no backend") }, func() {
		for range 3 {
			wantPanic(t, "percpu: no backend", func() { c.Add(1) })
			wantPanic(t, "percpu: no backend", func() { c.AddFloat64(1) })
		}
	})
	if c.Backend() != nil || c.Sum() != 0 {
		t.Errorf("backend %v, sum %d", c.Backend(), c.Sum())
	}
	b := fake(t)
	backend.WithDefault(func() (backend.Backend, bool) { return b, true }, func() { c.Add(1) })
	if c.Backend() != b || c.Sum() != 1 {
		t.Errorf("backend %v, sum %d", c.Backend(), c.Sum())
	}
}
