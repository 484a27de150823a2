package sync_test

import (
	"fmt"

	"github.com/percpu-go/percpu/primitives/sync"
)

// A cache as it was written for the standard package: only the import has changed.
func Example() {
	var cache struct {
		sync.RWMutex
		entries map[string]int
	}
	load := sync.OnceValue(func() map[string]int { return map[string]int{"a": 1} })

	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			cache.Lock()
			cache.entries = load()
			cache.Unlock()
		}()
	}
	wg.Wait()

	cache.RLock()
	defer cache.RUnlock()
	fmt.Println(cache.entries["a"])
	// Output: 1
}
