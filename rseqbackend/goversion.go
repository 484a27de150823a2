package rseqbackend

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/percpu-go/percpu/backend"
)

// goVersions are the minor versions of Go 1 in which the runtime's source was
// read, and tests passed, for what own areas on linux/amd64 rely on:
//
//   - runtime.settls makes FS point to m.tls[1] (it adds 8 to &m.tls);
//   - only m.tls[0] is used on linux/amd64, for g;
//   - an m is a zeroed allocation (allocm, and m0 in BSS), never used by a
//     second thread.
//
// A new version is added here once .ci/run passes under it.
var goVersions = struct{ first, last int }{24, 27}

// checkGoVersion says whether own areas may be anchored under this version of
// Go, as runtime.Version gives it.
func checkGoVersion(version string) error {
	rest, ok := strings.CutPrefix(version, "go1.")
	digits := rest
	if i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = rest[:i]
	}
	minor, err := strconv.Atoi(digits)
	if !ok || err != nil || minor < goVersions.first || minor > goVersions.last {
		return fmt.Errorf("percpu/rseqbackend: Go %q is not among the versions whose thread block is known, go1.%d to go1.%d: %w",
			version, goVersions.first, goVersions.last, backend.ErrNotSupported)
	}
	return nil
}
