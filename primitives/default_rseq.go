//go:build !norseq

package primitives

import (
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/rseqbackend"
)

// rseqCandidate compiles everywhere; where rseq can't work, Open says so.
var rseqCandidate = backend.Candidate{
	Name: rseqbackend.Name,
	Open: func() (backend.Backend, error) {
		b, err := rseqbackend.Open()
		if err != nil {
			return nil, err
		}
		return b, nil
	},
}
