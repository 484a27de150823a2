package primitives_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

func ExampleCounterMap() {
	var requests primitives.CounterMap[string]

	var wg sync.WaitGroup
	for range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 1000 {
				requests.Inc([]string{"/", "/about", "/"}[i%3])
			}
		}()
	}
	wg.Wait()
	fmt.Println(requests.Load("/"), requests.Load("/about"), requests.Load("/none"))
	for _, path := range slices.Sorted(maps.Keys(maps.Collect(requests.All()))) {
		fmt.Println(path)
	}
	// Output:
	// 6670 3330 0
	// /
	// /about
}

func ExampleCounterMap_Reset() {
	var bytes primitives.CounterMap[string]
	bytes.Add("10.0.0.1", 1500)
	bytes.Add("10.0.0.2", 40)
	final, _ := bytes.Delete("10.0.0.2")
	fmt.Println(final, bytes.Reset(), bytes.Len())
	// Output: 40 map[10.0.0.1:1500] 0
}

func ExampleWithMaxKeys() {
	clients := primitives.NewCounterMap[string](primitives.WithMaxKeys(2))
	for _, client := range []string{"a", "b", "c", "a", "d"} {
		clients.Inc(client)
	}
	fmt.Println(clients.Len(), clients.Load("a"), clients.Load("c"), clients.Overflow())
	// Output: 2 2 0 2
}

func ExampleKeyCounter() {
	var words primitives.CounterMap[string]
	the := words.Counter("the")
	for range 100 {
		the.Inc()
	}
	final, _ := words.Delete("the")
	the.Inc() // counts for a new entry
	fmt.Println(final, the.Load(), words.Load("the"))
	// Output: 100 1 1
}
