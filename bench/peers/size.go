package peers

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/VictoriaMetrics/metrics"
	"github.com/puzpuzpuz/xsync/v4"
)

// Size is what an object takes on the heap, its parts included.
type Size struct {
	Name  string  `json:"name"`
	CPUs  int     `json:"cpus"` // that the runtime was told to use
	Bytes float64 `json:"bytes"`
}

// Sizes measures the peers' counters as they are made for 1, 2, 4 and so on CPUs
// up to this machine's. It changes GOMAXPROCS meanwhile. Package percpu's counters
// are not on the heap alone: see MemoryRows.
func Sizes() (sizes []Size) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for cpus := 1; cpus <= runtime.NumCPU(); cpus *= 2 {
		runtime.GOMAXPROCS(cpus)
		sizes = append(sizes,
			Size{AtomicInt64, cpus, heapBytes(func(int) *atomic.Int64 { return new(atomic.Int64) })},
			Size{ProcPinAdd, cpus, heapBytes(func(int) *procPinCounter { return newProcPinCounter() })},
			Size{XsyncCounter, cpus, heapBytes(func(int) *xsync.Counter { return xsync.NewCounter() })},
			Size{Prometheus, cpus, heapBytes(func(int) any { return newPrometheus() })},
			Size{Victoria, cpus, heapBytes(newVictoria())},
		)
	}
	return sizes
}

// newVictoria returns a function that makes counters of one set, which is how
// that library can export them.
func newVictoria() func(i int) *metrics.Counter {
	set := metrics.NewSet()
	return func(i int) *metrics.Counter { return set.NewCounter(fmt.Sprintf("peers%d_total", i)) }
}

func heapBytes[T any](create func(i int) T) float64 { return heapBytesOf(20_000, create) }

func heapBytesOf[T any](n int, create func(i int) T) float64 {
	objects := make([]T, n)
	before := heapAlloc()
	for i := range objects {
		objects[i] = create(i)
	}
	after := heapAlloc()
	runtime.KeepAlive(objects)
	runtime.KeepAlive(create)
	return float64(int64(after-before)) / float64(n)
}

func heapAlloc() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
