package feature

import (
	"bufio"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
)

var rdpidAnswer remembered[bool]

// rdpid reports whether the kernel lists RDPID. The cpuid library has no such
// flag, and the kernel's word is the better one: it lists only instructions it
// has not been told to hide, and writes TSC_AUX, whence RDPID reads, on every
// CPU if it knows RDTSCP or RDPID (setup_getcpu in arch/x86/kernel/cpu/common.c).
func rdpid() bool {
	if runtime.GOARCH != "amd64" {
		return false
	}
	has, _ := rdpidAnswer.get(func() (bool, error) {
		f, err := os.Open("/proc/cpuinfo")
		if err != nil {
			return false, err
		}
		defer f.Close()
		flags, err := parseCPUInfoFlags(f)
		return slices.Contains(flags, "rdpid"), err
	})
	return has
}

// parseCPUInfoFlags returns the words of the first line "flags" in the form of
// /proc/cpuinfo on x86, nil if there is none. It reads no further than that
// line: the file has a paragraph for each CPU, and the kernel may interrupt
// each one to write it.
func parseCPUInfoFlags(r io.Reader) ([]string, error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if ok && strings.TrimSpace(key) == "flags" {
			return strings.Fields(value), nil
		}
	}
	return nil, lines.Err()
}
