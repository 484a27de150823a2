package primitives_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func TestMapEntriesSurviveCollections(t *testing.T) {
	var m primitives.Map[string, *int]
	keys := make([]string, 3000)
	for i := range keys {
		keys[i] = string(rune('a'+i%26)) + string(rune(i))
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for round := range 3 {
				for i := g; i < len(keys); i += 4 {
					p := new(int)
					*p = i
					m.Store(keys[i], p)
					if i%200 == g {
						runtime.GC()
					}
					if q, ok := m.Load(keys[i]); !ok || q != p {
						t.Errorf("round %d key %d: %v %v", round, i, ok, q == p)
					}
				}
			}
		}()
	}
	wg.Wait()
	for i, k := range keys {
		if p, ok := m.Load(k); !ok || *p != i {
			t.Errorf("%d", i)
		}
	}
}
