package primitives

import (
	"os"
	"time"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
)

// BackendEnv is the environment variable that asks for a backend by name.
const BackendEnv = "PERCPU_BACKEND"

var selected selector

func init() {
	backend.SetDefault(func() (backend.Backend, bool) { return defaultBackend(), true })
}

func defaultBackend() backend.Backend {
	s, err := Default()
	if err != nil {
		panic(err) // its text begins with "percpu: "
	}
	return s.Backend
}

// Candidates returns the backends that Default chooses from, the best first.
func Candidates() []backend.Candidate {
	return []backend.Candidate{
		rseqCandidate,
		{Name: atomicbackend.Name, Open: func() (backend.Backend, error) { return atomicbackend.Open() }},
	}
}

// Default returns the backend of all values that were not made with
// WithBackend, and why better ones were rejected. It is selected by the first
// call and stays, unless a rejection was inconclusive: then it is selected
// again, at most once a second, for values used for the first time after that.
//
// The error, a *backend.SelectionError, says that the environment asks for a
// backend that can't be had.
func Default() (backend.Selection, error) {
	return selected.get(os.Getenv(BackendEnv), time.Now, Candidates())
}

// UseBackend is PERCPU_BACKEND for programs that know better than their
// environment: it selects the default backend, by name or backend.Auto, and
// returns what Default will. It must come before the first use of any value;
// once another backend has been selected it is an error.
func UseBackend(name string) (backend.Selection, error) {
	if err := selected.use(name); err != nil {
		return backend.Selection{}, err
	}
	return Default()
}

// stackable returns the backend for stacks where the one that was selected is not
// backend.Stackable: this build has no sections for them, or the kernel or a
// filter refuses membarrier(2).
func stackable() backend.Backend {
	b, err := atomicbackend.Open()
	if err != nil {
		panic(err) // it failed at nothing that depends on the system
	}
	return b
}
