package feature

import "errors"

// ErrNotSupported is the conclusive no. Every conclusive error of a probe wraps
// it together with its cause; an error that does not wrap it is inconclusive.
var ErrNotSupported = errors.New("percpu/feature: not supported")

// errNoSymbol is the cause of ErrNoLibcArea.
var errNoSymbol = errors.New("no loaded object defines __rseq_offset")

// A probeError is the answer of a probe that did not say yes. It prints as
// "percpu/feature: <probe>: <cause>"; that the answer is conclusive is for
// errors.Is to tell, the cause says it to people.
type probeError struct {
	probe      string
	cause      error
	conclusive bool
}

func (e *probeError) Error() string {
	return "percpu/feature: " + e.probe + ": " + e.cause.Error()
}

func (e *probeError) Unwrap() []error {
	if e.conclusive {
		return []error{ErrNotSupported, e.cause}
	}
	return []error{e.cause}
}

// no is a conclusive answer, unsure an inconclusive one.
func no(probe string, cause error) error     { return &probeError{probe, cause, true} }
func unsure(probe string, cause error) error { return &probeError{probe, cause, false} }

// conclusive reports whether an answer settles its question.
func conclusive(err error) bool {
	return err == nil || errors.Is(err, ErrNotSupported)
}
