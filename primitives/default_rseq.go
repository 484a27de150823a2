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

// describe adds to st what only the concrete backend knows.
func describe(st *Stats, b backend.Backend) {
	if r, ok := b.(*rseqbackend.Backend); ok {
		info := r.Info()
		st.UnlistedGo, st.Index, st.AreaOwner = info.UnlistedGo, string(info.Index), string(info.AreaOwner)
		st.Fences = string(r.FenceKind())
	}
}
