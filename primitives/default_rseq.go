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

func allowUnlistedGo() { rseqbackend.AllowUnlistedGo() }

// onUnlistedGo reports whether b is there only because of AllowUnlistedGo.
func onUnlistedGo(b backend.Backend) bool {
	r, ok := b.(*rseqbackend.Backend)
	return ok && r.Info().UnlistedGo
}
