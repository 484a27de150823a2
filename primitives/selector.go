package primitives

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// retryAfter is how long an inconclusive selection stands.
const retryAfter = 1_000_000_000 // ns

// selector chooses the default backend: once, unless what it finds is inconclusive.
//
// Nobody who uses a value waits for it. The first use starts one goroutine, which
// selects and ends; until then there is no backend. A backend that was asked for by
// name is different: whoever asks opens it, and learns of it if it can't be had.
//
// The goroutine may belong to a bubble of testing/synctest, of which only it knows.
// So what others wait for is a sync.Mutex, and what it takes for time is rawClock.
type selector struct {
	candidates []backend.Candidate
	env        func() string // what the environment asks for, "" for nothing
	clock      func() int64

	chosen atomic.Pointer[choice] // nil until there is one
	busy   atomic.Bool            // the goroutine is under way

	mu   sync.Mutex // held while selecting
	want string     // by use, instead of env's
}

// choice is the result of a selection that was not asked for by name, or that
// was successful.
type choice struct {
	backend.Selection
	err   error
	until int64 // when to select again, 0 for never
}

// slow is called before each selection that nobody waits for. Tests set it.
var slow = func() {}

// ready returns the backend, or false if there is none yet: it does not wait. It
// panics if the one that was asked for by name can't be had.
func (s *selector) ready() (backend.Backend, bool) {
	c := s.chosen.Load()
	if c == nil || c.until != 0 {
		c = s.begin(c)
	}
	if c == nil || c.Backend == nil {
		return nil, false
	}
	return c.Backend, true
}

// begin starts a selection in the background, if it is time for one, and returns
// the choice that there is. What is asked for by name it selects at once.
func (s *selector) begin(c *choice) *choice {
	switch {
	case s.busy.Load() || c != nil && s.clock() < c.until:
		return c
	case c == nil && named(s.env()):
		sel, err := s.get()
		if err != nil {
			panic(err) // its text begins with "percpu: "
		}
		return &choice{Selection: sel}
	case s.busy.CompareAndSwap(false, true):
		go func() {
			defer s.busy.Store(false)
			slow()
			_, _ = s.get() // an error is remembered
		}()
	}
	return c
}

// get returns the choice there is, or selects. It waits for whoever selects already.
func (s *selector) get() (backend.Selection, error) {
	if c := s.chosen.Load(); c != nil && c.until == 0 {
		return c.Selection, c.err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chosen.Load(); c != nil && (c.until == 0 || s.clock() < c.until) {
		return c.Selection, c.err
	}
	if s.want != "" {
		return s.choose(s.want)
	}
	want := s.env()
	sel, err := s.choose(want)
	var failed *backend.SelectionError
	if named(want) && errors.As(err, &failed) {
		failed.From = BackendEnv // it was made just now, and nobody else has it
	}
	return sel, err
}

// use makes name what is wanted, if it can be had and no other backend has been
// selected already. If not it changes nothing.
func (s *selector) use(name string) (backend.Selection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chosen.Load(); c != nil && c.Backend != nil {
		if named(name) && c.Backend.Name() != name {
			if err := s.known(name); err != nil {
				return backend.Selection{}, err
			}
			return backend.Selection{}, fmt.Errorf("percpu/primitives: use %s: %s is in use already", name, c.Backend.Name())
		}
		return c.Selection, nil
	}
	if !named(name) {
		name = backend.Auto
	}
	sel, err := s.choose(name)
	if err == nil {
		s.want = name
	}
	return sel, err
}

// known returns an error if no candidate has that name, and opens none.
func (s *selector) known(name string) error {
	for _, c := range s.candidates {
		if c.Name == name {
			return nil
		}
	}
	_, err := backend.Select(name, s.candidates...)
	return err
}

// before does something that must come before a backend is selected.
func (s *selector) before(what string, do func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chosen.Load(); c != nil {
		return fmt.Errorf("percpu/primitives: %s: the backend has been selected already", what)
	}
	do()
	return nil
}

// choose selects, with mu locked. Who asks by name for what can't be had may ask
// again, at once.
func (s *selector) choose(want string) (backend.Selection, error) {
	sel, err := backend.Select(want, s.candidates...)
	c := &choice{Selection: sel, err: err}
	if !(backend.Selection{Rejections: rejections(sel, err)}).Conclusive() {
		c.until = s.clock() + retryAfter
	}
	if named(want) {
		if err == nil {
			s.chosen.Store(c)
		}
		return sel, err
	}
	s.chosen.Store(c)
	return sel, err
}

// named reports whether a particular backend is wanted.
func named(want string) bool { return want != "" && want != backend.Auto }

// rejections returns those of a selection, whether or not it came to anything.
func rejections(sel backend.Selection, err error) []backend.Rejection {
	var failed *backend.SelectionError
	if errors.As(err, &failed) {
		return failed.Rejections
	}
	return sel.Rejections
}
