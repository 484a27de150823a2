//go:build gc && !purego

package feature

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestRDPIDIsAsTheKernelSays: on a processor of silicon, CPUID and the kernel say
// the same. Not so in an emulator, whose name for the processor is not the kernel's.
func TestRDPIDIsAsTheKernelSays(t *testing.T) {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip("no /proc/cpuinfo: ", err)
	}
	text := string(b)
	if name := CPU().Name; name == "" || !strings.Contains(text, name) {
		t.Skipf("the processor calls itself %q", name)
	}
	_, flags, _ := strings.Cut(text, "\nflags")
	flags, _, _ = strings.Cut(flags, "\n")
	says := slices.Contains(strings.Fields(flags), "rdpid")
	if says != rdpid() {
		t.Errorf("CPUID says %t, the kernel %t", rdpid(), says)
	}
}
