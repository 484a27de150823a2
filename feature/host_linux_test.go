package feature

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// mustNotRefuse fails the test if a probe said no on a kernel that has had the
// feature since major.minor, unless something between kernel and process
// explains it: a seccomp filter, or emulation of another architecture.
func mustNotRefuse(t *testing.T, major, minor int, refused error) {
	t.Helper()
	var haveMajor, haveMinor int
	if _, err := fmt.Sscanf(KernelRelease(), "%d.%d", &haveMajor, &haveMinor); err != nil {
		t.Fatalf("kernel release %q: %v", KernelRelease(), err)
	}
	if haveMajor < major || haveMajor == major && haveMinor < minor {
		t.Skipf("Linux %s: %v", KernelRelease(), refused)
	}
	if emulated() {
		t.Skipf("emulated %s: %v", runtime.GOARCH, refused)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil || !strings.Contains(string(status), "\nSeccomp:\t0\n") {
		t.Skipf("filtered (%v): %v", err, refused)
	}
	t.Errorf("Linux %s without a seccomp filter, yet %v", KernelRelease(), refused)
}

// emulated reports whether the kernel's architecture, readable since Linux 6.1,
// cannot run this binary: a user-mode emulator answers system calls then.
func emulated() bool {
	arch, err := os.ReadFile("/proc/sys/kernel/arch")
	if err != nil {
		return false
	}
	native := map[string]string{"amd64": "x86_64", "386": "x86_64 i686 i586", "arm64": "aarch64"}[runtime.GOARCH]
	return native != "" && !strings.Contains(native, strings.TrimSpace(string(arch)))
}
