//go:build norseq

package primitives

import (
	"fmt"

	"github.com/percpu-go/percpu/backend"
)

// rseqCandidate is there to be rejected, so that people see why.
var rseqCandidate = backend.Candidate{
	Name: "rseq",
	Open: func() (backend.Backend, error) {
		return nil, fmt.Errorf("percpu: built with tag norseq: %w", backend.ErrNotSupported)
	},
}

// No backend of this build minds the version of Go.

func allowUnlistedGo() {}

func describe(*Stats, backend.Backend) {}
