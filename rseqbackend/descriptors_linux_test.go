package rseqbackend

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// TestDescriptorsAreReadOnly: threads keep the address of a descriptor for as
// long as they live, so nothing in the process can be able to change one.
func TestDescriptorsAreReadOnly(t *testing.T) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip("no /proc: ", err)
	}
	for _, s := range asm.Sections() {
		at := uintptr(unsafe.Pointer(s.Descriptor))
		if got := protection(string(maps), at); !strings.HasPrefix(got, "r-") {
			t.Errorf("%s: the descriptor's memory is %q, want it read-only", s.Name, got)
		}
	}
}

// protection returns the permissions of the mapping that holds an address.
func protection(maps string, addr uintptr) string {
	for _, line := range strings.Split(maps, "\n") {
		var start, end uintptr
		var perm string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &start, &end, &perm); n == 3 && start <= addr && addr < end {
			return perm
		}
	}
	return ""
}
