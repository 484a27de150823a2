package feature

import (
	"os"
	"unsafe"

	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/cpu"
)

// PageSize is the size of a page of memory in bytes.
func PageSize() int { return os.Getpagesize() }

// CacheLine is the size of a cache line in bytes, a power of two.
func CacheLine() int { return cacheLine(cpuid.CPU.CacheLine) }

// cacheLine returns what the processor said if that is a cache line, or else
// the architecture's as x/sys/cpu has it, or else 64: on wasm it has none.
func cacheLine(said int) int {
	for _, n := range []int{said, int(unsafe.Sizeof(cpu.CacheLinePad{}))} {
		if n >= 16 && n <= 1024 && n&(n-1) == 0 {
			return n
		}
	}
	return 64
}
