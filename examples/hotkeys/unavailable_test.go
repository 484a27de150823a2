//go:build norseq || purego || !linux

package main

import "testing"

// TestForcedRseqFails: no build with these tags, or for these systems, has the
// rseq backend, and none may pretend to.
func TestForcedRseqFails(t *testing.T) {
	status, stdout, stderr := start(t, nil, "", "-backend", "rseq")
	wantRejected(t, "rseq", status, stdout, stderr)
	status, stdout, stderr = start(t, []string{"PERCPU_BACKEND=rseq"}, "")
	wantRejected(t, "rseq", status, stdout, stderr)
}
