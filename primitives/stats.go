package primitives

import "github.com/percpu-go/percpu/backend"

// Stats is what the default backend has had to do beside its work, and why no
// better one serves. Marshalled, it goes well into logs and /debug/vars.
type Stats struct {
	Backend    string   `json:"backend"`     // empty if the one asked for can't be had
	Rejected   []string `json:"rejected"`    // the better ones, or all, each with its reason
	UnlistedGo bool     `json:"unlisted_go"` // it serves only because of AllowUnlistedGo or PERCPU_GO
	Index      string   `json:"index"`       // what tells threads their slot, empty if that is a hint
	Fences     string   `json:"fences"`      // how they are made, "unknown" until the process is registered, empty if not needed
	AreaOwner  string   `json:"area_owner"`  // who registers threads, "own" or "libc", empty if nobody has to
	backend.Stats
	Slots  int                 `json:"slots"`  // that a value may have, overflow slots not counted
	Memory backend.MemoryStats `json:"memory"` // of the values' parts
}

// ReadStats returns the present Stats of the default backend; values made with
// WithBackend may have another. It is for logs and monitoring, and takes longer than
// reading a counter: like Default it waits for a selection that is under way, and makes
// one if nothing has been used yet.
//
// In a process in which all is well Overflows and FenceFailures are zero or nearly so,
// and Failures is empty: it says, by errno, how many threads could not use the backend.
// Where the backend that was asked for can't be had, Backend is empty and Rejected says
// why; there is no panic.
func ReadStats() Stats {
	s, err := Default()
	st := Stats{Rejected: []string{}}
	for _, r := range rejections(s, err) {
		st.Rejected = append(st.Rejected, r.String())
	}
	if err == nil {
		st.Backend, st.Stats = s.Backend.Name(), s.Backend.Stats()
		m := s.Backend.Memory()
		st.Slots, st.Memory = m.Geometry().Slots, m.Stats()
		describe(&st, s.Backend)
	}
	return st
}
