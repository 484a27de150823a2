package primitives

import (
	"os"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
)

// BackendEnv is the environment variable that asks for a backend by name.
const BackendEnv = "PERCPU_BACKEND"

var selected = selector{
	candidates: Candidates(),
	env:        func() string { return os.Getenv(BackendEnv) },
	clock:      rawClock,
}

func init() { backend.SetDefault(defaultIfReady) }

// defaultIfReady returns the default backend, or false while it is being selected,
// which the first call begins in the background. It does not wait, unless for a
// backend that was asked for by name; if that can't be had it panics. So it is called
// before anything is changed.
func defaultIfReady() (backend.Backend, bool) { return selected.ready() }

// wantedIfReady returns the backend of WithBackend, or where that is nil the default one.
func wantedIfReady(want backend.Backend) (backend.Backend, bool) {
	if want != nil {
		return want, true
	}
	return defaultIfReady()
}

// Candidates returns the backends that Default chooses from, the best first.
func Candidates() []backend.Candidate {
	return []backend.Candidate{
		rseqCandidate,
		{Name: atomicbackend.Name, Open: func() (backend.Backend, error) { return atomicbackend.Open() }},
	}
}

// Default returns the backend of all values that were not made with
// WithBackend, and why better ones were rejected. It is selected once and stays,
// unless a rejection was inconclusive: then it is selected again, at most once a
// second, for values used for the first time after that.
//
// Default waits for the selection, which takes some milliseconds and under load
// longer. Values don't: the first use of any begins it in the background, until it
// is done they do without a backend, slower but exactly, and then they go on with
// it. To have it done before, call Default as the program starts. A backend that the
// environment asks for by name is selected by the first use itself, which panics if
// it can't be had, and so does each later one; nothing has been changed then.
//
// The error, a *backend.SelectionError, says that the environment asks for a
// backend that can't be had.
func Default() (backend.Selection, error) { return selected.get() }

// UseBackend is PERCPU_BACKEND for programs that know better than their
// environment: it selects the default backend, by name or backend.Auto, and
// returns what Default will. It must come before the first use of any value;
// once another backend has been selected it is an error. With an error nothing has
// been changed.
func UseBackend(name string) (backend.Selection, error) { return selected.use(name) }

// AllowUnlistedGo is PERCPU_GO=unlisted for programs that know better than their
// environment: it allows the rseq backend under a version of Go that is newer than
// this module, and so not among those whose runtime was looked at. Without it such a
// Go has the atomic backend. It must come before the first use of any value; once a
// backend has been selected it is an error.
//
// It is at your own risk. What can be checked as a program starts is checked, but a
// runtime that has changed in another way may crash the program or corrupt what it
// counts. ReadStats says whether it mattered.
func AllowUnlistedGo() error { return selected.before("allow unlisted Go", allowUnlistedGo) }

// shelvesBackend returns the backend whose hints shelves use: where the one that was
// selected is not backend.Stackable, because it has no stacks, or fences are refused.
func shelvesBackend() backend.Backend {
	b, err := atomicbackend.Open()
	if err != nil {
		panic(err) // it failed at nothing that depends on the system
	}
	return b
}
