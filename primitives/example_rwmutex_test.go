package primitives_test

import (
	"fmt"
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

// A configuration that every request reads and that seldom changes.
func ExampleRWMutex() {
	var config struct {
		primitives.RWMutex
		limit int
	}
	config.Lock()
	config.limit = 10
	config.Unlock()

	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			config.RLock()
			defer config.RUnlock()
			if config.limit != 10 {
				fmt.Println("no limit")
			}
		}()
	}
	wg.Wait()
	fmt.Println("all saw the limit")
	// Output: all saw the limit
}
