package primitives

import (
	"fmt"
	"runtime"
	"testing"
	"unsafe"
)

// TestHistogramSizes: values and series cost what their comments say.
func TestHistogramSizes(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the comments are of 64-bit processors")
	}
	for what, sizes := range map[string][2]uintptr{
		"Histogram":    {unsafe.Sizeof(Histogram{}), 128},
		"a bound":      {unsafe.Sizeof(Histogram{}.parts.above) + 8, 32},
		"ExpHistogram": {unsafe.Sizeof(ExpHistogram{}), 320},
	} {
		if sizes[0] != sizes[1] {
			t.Errorf("%s: %d bytes, want %d", what, sizes[0], sizes[1])
		}
	}
	if raceEnabled {
		return // memory is larger
	}
	const n = 10_000
	values := make([]string, n)
	for i := range values {
		values[i] = fmt.Sprintf("%08d", i)
	}
	v := NewCounterVec([]string{"l"})
	before := heapBytes()
	for _, s := range values {
		v.With(s)
	}
	each := float64(heapBytes()-before) / n
	runtime.KeepAlive(v)
	if t.Logf("%.0f bytes a series", each); each > 110+16+8+30 {
		t.Errorf("%.0f bytes a series", each)
	}
}

func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
