package rseqbackend

import (
	"fmt"
	"os"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// GoEnv is the environment variable that, set to GoUnlisted, does what
// AllowUnlistedGo does.
const (
	GoEnv      = "PERCPU_GO"
	GoUnlisted = "unlisted"
)

var unlistedAllowed atomic.Bool

// AllowUnlistedGo lets Open go on under a version of Go that is not among those
// whose runtime and calls are known (see feature.GoListed), if it passes the checks
// at the start. It must come before the first Open.
//
// It is at the caller's own risk. The checks find out a runtime whose structures
// have moved, not one that uses them differently: that would crash the process, or
// corrupt what it counts.
func AllowUnlistedGo() { unlistedAllowed.Store(true) }

// checkGo says whether rseq may be used under a version of Go, and if so whether
// only because that was allowed.
func checkGo(version, env string) (unlisted bool, err error) {
	err = feature.GoListed(version)
	switch {
	case err == nil:
		return false, nil
	case unlistedAllowed.Load() || env == GoUnlisted:
		return true, nil
	}
	return false, fmt.Errorf("percpu/rseqbackend: %w; %s=%s in the environment uses it all the same, at your own risk: %w", err, GoEnv, GoUnlisted, backend.ErrNotSupported)
}

func checkThisGo() (unlisted bool, err error) { return checkGo(feature.GoVersion(), os.Getenv(GoEnv)) }
