package rseqbackend

import (
	"errors"
	"os"
	"strconv"
	"testing"
)

// What .ci/kernels/run says about the kernel under test.
const (
	areaSizeEnv = "PERCPU_TEST_AREA_SIZE" // length of areas, at most
	refusedEnv  = "PERCPU_TEST_REFUSED"   // the kernel does not abort sections
)

func init() {
	if s := os.Getenv(areaSizeEnv); s != "" {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			panic(areaSizeEnv + ": " + err.Error())
		}
		maxAreaSize = uint32(n)
	}
}

// TestRefused: the trial alone finds out a kernel that does not abort sections.
func TestRefused(t *testing.T) {
	if os.Getenv(refusedEnv) == "" {
		t.Skip("for kernels that do not abort sections")
	}
	if _, err := Open(); !errors.Is(err, errNotAborted) {
		t.Errorf("Open: %v, want %v", err, errNotAborted)
	}
}
