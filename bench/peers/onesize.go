package peers

import (
	"runtime"

	"github.com/percpu-go/percpu/primitives"
)

// OneEntrySizes measures what maps with one entry take on the heap where there are
// many CPUs, by the runtime's account.
func OneEntrySizes() Group {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(128))
	const what = " with one entry, GOMAXPROCS=128, bytes"
	one := func(what string, create func(i int) any) Verdict {
		return single(what, heapBytesOf(500, create), atMost(512), "")
	}
	return Group{Name: "onesize", Verdicts: []Verdict{
		one("Map[string, int]"+what, func(int) any {
			m := new(primitives.Map[string, int])
			m.Store("key", 1)
			return m
		}),
		one("Map[int, int]"+what, func(int) any {
			m := new(primitives.Map[int, int])
			m.Store(1, 1)
			return m
		}),
		one("CounterMap[string]"+what, func(int) any {
			m := new(primitives.CounterMap[string])
			m.Inc("key")
			return m
		}),
		one("CounterMap[int]"+what, func(int) any {
			m := new(primitives.CounterMap[int])
			m.Inc(1)
			return m
		}),
	}}
}
