package rseqbackend

import (
	"errors"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

func TestCheckGo(t *testing.T) {
	defer unlistedAllowed.Store(unlistedAllowed.Load())
	for _, tt := range []struct {
		version, env string
		allowed      bool // by AllowUnlistedGo
		unlisted, ok bool
	}{
		{"go1.26.8", "", false, false, true},
		{"go1.26.8", GoUnlisted, true, false, true},
		{"go1.99", "", false, false, false},
		{"go1.99", "listed", false, false, false},
		{"go1.99", GoUnlisted, false, true, true},
		{"go1.99", "", true, true, true},
		{"devel go1.99-abcdef", "", true, true, true},
	} {
		unlistedAllowed.Store(tt.allowed)
		unlisted, err := checkGo(tt.version, tt.env)
		if unlisted != tt.unlisted || (err == nil) != tt.ok {
			t.Errorf("%+v: unlisted %t, %v", tt, unlisted, err)
		}
		if err != nil && (!errors.Is(err, backend.ErrNotSupported) || !strings.Contains(err.Error(), GoEnv+"="+GoUnlisted) || !strings.Contains(err.Error(), tt.version)) {
			t.Errorf("%+v: %v does not say what to do, or is inconclusive", tt, err)
		}
	}
	unlistedAllowed.Store(false)
	AllowUnlistedGo()
	if unlisted, err := checkGo("go1.99", ""); !unlisted || err != nil {
		t.Errorf("AllowUnlistedGo: %t, %v", unlisted, err)
	}
}

// TestInfoSaysUnlisted: what Open went on with is in the Info.
func TestInfoSaysUnlisted(t *testing.T) {
	b := openOrSkip(t)
	if listed := feature.GoListed(feature.GoVersion()) == nil; b.Info().UnlistedGo == listed {
		t.Errorf("%+v, listed: %t", b.Info(), listed)
	}
}
