package feature

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/cpu"
)

func TestCacheLine(t *testing.T) {
	fallback := max(int(unsafe.Sizeof(cpu.CacheLinePad{})), 16)
	if unsafe.Sizeof(cpu.CacheLinePad{}) == 0 {
		fallback = 64
	}
	for _, tt := range []struct{ said, want int }{
		{64, 64}, {128, 128}, {256, 256}, {16, 16}, {1024, 1024},
		{0, fallback}, {-1, fallback}, {8, fallback}, {96, fallback}, {2048, fallback},
	} {
		if got := cacheLine(tt.said); got != tt.want {
			t.Errorf("cacheLine(%d) = %d, want %d", tt.said, got, tt.want)
		}
	}
}

func TestSizesHere(t *testing.T) {
	for name, n := range map[string]int{"PageSize": PageSize(), "CacheLine": CacheLine()} {
		if n < 16 || n&(n-1) != 0 {
			t.Errorf("%s = %d", name, n)
		}
	}
}
