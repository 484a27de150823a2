package backend

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotSupported marks a conclusive "no": this process will not get the
// backend, however often it asks. An error without it may have a passing cause.
var ErrNotSupported = errors.New("not supported")

// conclusiveError is an ErrNotSupported by another text.
type conclusiveError string

func (e conclusiveError) Error() string        { return string(e) }
func (e conclusiveError) Is(target error) bool { return target == ErrNotSupported }

// In the chains of Select's rejections.
var (
	// ErrUnknownBackend: what was asked for is not a candidate.
	ErrUnknownBackend error = conclusiveError("unknown backend")

	// ErrNotWanted: another backend was asked for.
	ErrNotWanted error = conclusiveError("not asked for")
)

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
	From       string // what asked for it, an environment variable say; empty for the caller
	Rejections []Rejection
}

// Error has a line for each rejection.
func (e *SelectionError) Error() string {
	var text strings.Builder
	text.WriteString("percpu: no backend for ")
	if e.From != "" {
		text.WriteString(e.From + "=")
	}
	fmt.Fprintf(&text, "%q:", e.Want)
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
