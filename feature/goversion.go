package feature

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// goVersions are the minor versions of Go 1 in which the source was read, and
// tests passed, for what critical sections rely on. In every process:
//
//   - the register ABI (cmd/compile/abi-internal.md): where arguments and results
//     of calls are, which registers a callee may use, what g and stackguard0 are;
//   - assembly is not preempted asynchronously (isAsyncSafePoint in
//     runtime/preempt.go), so an operation under way ends before the world stops.
//
// In one whose threads have the runtime's thread blocks:
//
//   - an m is a zeroed allocation (allocm, and m0 in BSS), never used by a
//     second thread.
//
// On linux/amd64 there:
//
//   - runtime.settls makes FS point to m.tls[1] (it adds 8 to &m.tls);
//   - only m.tls[0] is used, for g.
//
// On linux/arm64 there:
//
//   - TPIDR_EL0 is used only if runtime.iscgo (load_g, save_g), and clone is
//     called without CLONE_SETTLS;
//   - R28 is g, g.m is at 48, and m.g0 comes first;
//   - an m is the collector's, so what a pointer from outside keeps reachable is
//     not allocated anew.
//
// A new version is added here once .ci/run passes under it.
var goVersions = struct{ first, last int }{24, 27}

// pretendGo stands for the version of Go if it isn't empty. Tests set it, by
// -ldflags "-X github.com/percpu-go/percpu/feature.pretendGo=go1.99".
var pretendGo string

// GoVersion returns runtime.Version().
func GoVersion() string {
	if pretendGo != "" {
		return pretendGo
	}
	return runtime.Version()
}

const goProbe = "Go version"

// GoListed asks whether a version of Go, as runtime.Version gives it, is among
// those whose runtime and calls are known. A no is conclusive; it does not say
// that anything has changed, only that nobody has looked yet.
func GoListed(version string) error {
	rest, ok := strings.CutPrefix(version, "go1.")
	digits := rest
	if i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = rest[:i]
	}
	minor, err := strconv.Atoi(digits)
	switch {
	case runtime.Compiler != "gc":
		return no(goProbe, errors.New("the compiler is "+runtime.Compiler+", not gc"))
	case !ok || err != nil || minor < goVersions.first || minor > goVersions.last:
		return no(goProbe, fmt.Errorf("%q is not among those whose runtime and calls are known, go1.%d to go1.%d", version, goVersions.first, goVersions.last))
	}
	return nil
}
