package rseqbackend

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/percpu-go/percpu/backend"
)

// goVersions are the minor versions of Go 1 in which the runtime's source was
// read, and tests passed, for what own areas rely on. Everywhere:
//
//   - an m is a zeroed allocation (allocm, and m0 in BSS), never used by a
//     second thread.
//
// On linux/amd64:
//
//   - runtime.settls makes FS point to m.tls[1] (it adds 8 to &m.tls);
//   - only m.tls[0] is used, for g.
//
// On linux/arm64:
//
//   - TPIDR_EL0 is used only if runtime.iscgo (load_g, save_g), and clone is
//     called without CLONE_SETTLS;
//   - R28 is g, g.m is at 48, and m.g0 comes first (RuntimeLayout compares m with
//     m.g0.m);
//   - an m is the collector's, so what a pointer from outside keeps reachable is
//     not allocated anew.
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
