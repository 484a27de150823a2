package rseqbackend

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/percpu-go/percpu/backend"
)

// kernelVersion is a version of Linux as kernel.org numbers them.
type kernelVersion [3]int

func (v kernelVersion) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

func (v kernelVersion) less(w kernelVersion) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// deniedKernels are known to be wrong whatever a trial says.
var deniedKernels = []struct {
	goarch      string
	first, last kernelVersion
	why         string
}{
	// The rewrite of rseq in 6.19 relies on entry code that arm64 does not
	// share: seen in 6.19.14, 7.0.4 and 7.0.13, not in 6.18, 7.1.3 and 7.1.13.
	// In areas of the original size, libc's among them, 7.0.13 does abort what
	// it preempts, but not what it moves to another CPU or fences.
	{"arm64", kernelVersion{6, 19, 0}, kernelVersion{7, 0, 13}, "does not abort preempted sections"},
}

// checkKernel says whether rseq may be used on a kernel, of which uname(2) gives
// release and version, and Ubuntu a signature besides. An unknown numbering is no
// reason against it: the trial comes on top.
func checkKernel(goarch, release, version, signature string) error {
	v, ok := parseKernel(release, version, signature)
	if !ok {
		return nil
	}
	for _, d := range deniedKernels {
		if d.goarch == goarch && !v.less(d.first) && !d.last.less(v) {
			return fmt.Errorf("percpu/rseqbackend: kernel %s is Linux %v, which on %s %s: %w", release, v, goarch, d.why, backend.ErrNotSupported)
		}
	}
	return nil
}

// parseKernel finds out which kernel.org version a kernel is. The release begins
// with it, but distributions that keep the release stable for the sake of modules
// stop counting there: Debian's 6.1.0-18-arm64 has "Debian 6.1.76-1" in its
// version, Ubuntu's 6.8.0-31-generic has 6.8.1 at the end of its signature. Where
// they say nothing, it is what the release says.
func parseKernel(release, version, signature string) (kernelVersion, bool) {
	v, ok := parseVersion(release)
	if _, debian, found := strings.Cut(version, " Debian "); found {
		if exact, parsed := parseVersion(debian); parsed && exact[0] == v[0] && exact[1] == v[1] {
			return exact, true
		}
	}
	if words := strings.Fields(signature); len(words) > 1 && words[0] == "Ubuntu" {
		if exact, parsed := parseVersion(words[len(words)-1]); parsed && exact[0] == v[0] && exact[1] == v[1] {
			return exact, true
		}
	}
	return v, ok
}

// parseVersion reads two or three numbers, separated by dots, at the start of a
// string; what follows them doesn't matter. A missing third is 0.
func parseVersion(s string) (v kernelVersion, ok bool) {
	for i := range v {
		n := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if n < 0 {
			n = len(s)
		}
		number, err := strconv.Atoi(s[:n])
		if err != nil {
			return v, i == 2 // "7.0-rc1", "7.0."
		}
		v[i] = number
		if s = s[n:]; !strings.HasPrefix(s, ".") {
			return v, i >= 1
		}
		s = s[1:]
	}
	return v, true
}
