package primitives

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// retryInterval is how long an inconclusive selection stands.
const retryInterval = time.Second

// selector remembers a selection, for ever if it is conclusive.
type selector struct {
	final atomic.Pointer[backend.Selection]

	mu    sync.Mutex
	want  string // overrides get's
	done  bool   // last and err are the answer
	until time.Time
	last  backend.Selection
	err   error
}

func (s *selector) get(want string, now func() time.Time, candidates []backend.Candidate) (backend.Selection, error) {
	if sel := s.final.Load(); sel != nil {
		return *sel, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done && (s.until.IsZero() || now().Before(s.until)) {
		return s.last, s.err
	}
	if s.want != "" {
		want = s.want
	}
	s.last, s.err = backend.Select(want, candidates...)
	s.done = true
	switch {
	case conclusive(s.last, s.err):
		s.until = time.Time{}
		if s.err == nil {
			sel := s.last
			s.final.Store(&sel)
		}
	default:
		s.until = now().Add(retryInterval)
	}
	return s.last, s.err
}

// use makes name what is wanted, unless a backend has been selected already.
func (s *selector) use(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.last.Backend; b != nil && b.Name() != name && name != backend.Auto {
		return fmt.Errorf("percpu/primitives: use %s: %s is in use already", name, b.Name())
	}
	s.want, s.done = name, s.done && s.err == nil
	return nil
}

func conclusive(sel backend.Selection, err error) bool {
	return backend.Selection{Rejections: rejections(sel, err)}.Conclusive()
}

// rejections returns those of a selection, whether or not it came to anything.
func rejections(sel backend.Selection, err error) []backend.Rejection {
	var failed *backend.SelectionError
	if errors.As(err, &failed) {
		return failed.Rejections
	}
	return sel.Rejections
}
