package backend

import (
	"fmt"
	"strings"
)

// Auto asks Select for the first candidate that opens.
const Auto = "auto"

// Candidate is a backend that may turn out not to work here. Open returns it,
// or the reason why not. It may be called more than once.
type Candidate struct {
	Name string
	Open func() (Backend, error)
}

// Selection is what Select chose, and what it did not choose and why.
type Selection struct {
	Backend    Backend
	Rejections []Rejection
}

// String returns the backend's name, and in brackets why others were rejected.
func (s Selection) String() string {
	var text strings.Builder
	text.WriteString("none")
	if s.Backend != nil {
		text.Reset()
		text.WriteString(s.Backend.Name())
	}
	for i, r := range s.Rejections {
		text.WriteString([]string{" (", "; "}[min(i, 1)] + r.String())
	}
	if len(s.Rejections) > 0 {
		text.WriteByte(')')
	}
	return text.String()
}

// Conclusive reports whether selecting again would give the same result.
func (s Selection) Conclusive() bool {
	for _, r := range s.Rejections {
		if !r.Conclusive() {
			return false
		}
	}
	return true
}

// Select opens the candidates in order and returns the first that opens, with
// the rejections that came before. want is Auto or "" for any candidate, or
// the name of the only one that will do; others are then rejected unopened.
// The error is a *SelectionError.
func Select(want string, candidates ...Candidate) (Selection, error) {
	if want == "" {
		want = Auto
	}
	var s Selection
	known := want == Auto
	for _, c := range candidates {
		known = known || c.Name == want
	}
	for _, c := range candidates {
		switch {
		case !known:
			s.reject(c.Name, fmt.Errorf("%w %q: want %s or the name of one", ErrUnknownBackend, want, Auto))
			continue
		case want != Auto && c.Name != want:
			s.reject(c.Name, fmt.Errorf("%w, %s was", ErrNotWanted, want))
			continue
		}
		b, err := c.Open()
		if err == nil {
			s.Backend = b
			return s, nil
		}
		s.reject(c.Name, err)
	}
	if len(candidates) == 0 {
		s.reject("any", fmt.Errorf("%w: no candidates", ErrNotSupported))
	}
	return Selection{}, &SelectionError{Want: want, Rejections: s.Rejections}
}

func (s *Selection) reject(name string, err error) {
	s.Rejections = append(s.Rejections, Rejection{name, err})
}
