package primitives_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// keysEnv sets how many keys TestCounterMapMemory makes.
const keysEnv = "PERCPU_COUNTERMAP_KEYS"

// TestCounterMapMemory: when many keys have come and gone, so has their memory.
func TestCounterMapMemory(t *testing.T) {
	keys, err := strconv.Atoi(os.Getenv(keysEnv))
	if err != nil {
		if os.Getenv(keysEnv) != "" {
			t.Fatal(err)
		}
		keys = 200_000
	}
	if testing.Short() && os.Getenv(keysEnv) == "" {
		t.Skip("short")
	}
	var c primitives.CounterMap[int]
	c.Inc(-1)
	start := footprint(t)
	for _, remove := range []func(){
		func() {
			for k := range keys {
				if n, ok := c.Delete(k); n != 1 || !ok {
					t.Fatalf("Delete(%d): %d, %t", k, n, ok)
				}
			}
		},
		func() {
			if r := c.Reset(); len(r) != keys+1 || r[-1] != 1 {
				t.Fatalf("Reset returned %d keys, want %d", len(r), keys+1)
			}
			c.Inc(-1)
		},
		func() { // as a stream of keys of which each has its day
			for k := range keys {
				c.Delete(k)
				c.Inc(k + keys)
			}
			for k := range keys {
				c.Delete(k + keys)
			}
		},
	} {
		for k := range keys {
			c.Inc(k)
		}
		if c.Len() != keys+1 {
			t.Fatalf("%d keys, want %d", c.Len(), keys+1)
		}
		full := footprint(t)
		remove()
		end := footprint(t)
		t.Logf("%d keys: %d kB at the start, %d full (%.0f bytes a key), %d in the end", keys, start>>10, full>>10, float64(full-start)/float64(keys), end>>10)
		if end > 2*start {
			t.Errorf("%d kB at the start, %d kB when %d keys have come and gone", start>>10, end>>10, keys)
		}
	}
	runtime.KeepAlive(&c)
}

// footprint returns the size of the heap when everything has been given back. The
// process takes more, by what the runtime keeps to manage the largest heap it
// had, whoever has filled it: that is logged.
func footprint(t *testing.T) int64 {
	t.Helper()
	runtime.GC() // cleanups run after the first
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		_, rest, _ := strings.Cut(string(status), "VmRSS:")
		t.Logf("%d kB of heap in use; %s kB resident, %d kB of which the runtime's own", m.HeapInuse>>10, strings.Fields(rest)[0],
			(m.MSpanSys+m.MCacheSys+m.GCSys+m.BuckHashSys+m.OtherSys)>>10)
	}
	return int64(m.HeapInuse)
}
