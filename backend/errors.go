package backend

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotSupported marks a conclusive "no": this process will not get the
// backend, however often it asks. An error without it may have a passing cause.
var ErrNotSupported = errors.New("not supported")

// ErrUnknownBackend is in the chain of Select's error when a backend is asked
// for that is not a candidate. It is conclusive.
var ErrUnknownBackend = fmt.Errorf("unknown backend: %w", ErrNotSupported)

// ErrNotWanted is in the chain of a rejection that only says that another
// backend was asked for. It is conclusive.
var ErrNotWanted = fmt.Errorf("not asked for: %w", ErrNotSupported)

// Rejection says why a candidate was not selected.
type Rejection struct {
	Backend string // the candidate's name
	Err     error
}

// Conclusive reports whether opening the candidate again is pointless.
func (r Rejection) Conclusive() bool { return errors.Is(r.Err, ErrNotSupported) }

func (r Rejection) String() string { return fmt.Sprintf("%s: %v", r.Backend, r.Err) }

// SelectionError is returned by Select when no candidate can be had. Its chain
// holds every rejection's cause.
type SelectionError struct {
	Want       string
	Rejections []Rejection
}

// Error has a line for each rejection.
func (e *SelectionError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "percpu: no backend for %q:", e.Want)
	for _, r := range e.Rejections {
		fmt.Fprintf(&text, "\n\t%v", r)
	}
	return text.String()
}

// Unwrap returns the rejections' causes.
func (e *SelectionError) Unwrap() []error {
	errs := make([]error, len(e.Rejections))
	for i, r := range e.Rejections {
		errs[i] = r.Err
	}
	return errs
}
