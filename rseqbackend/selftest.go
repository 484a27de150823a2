package rseqbackend

import "time"

// Verdict is what a SelfTest found.
type Verdict string

const (
	Aborted   Verdict = "aborted"   // preempted sections were aborted: rseq works
	Violated  Verdict = "violated"  // a preempted section went on: no sum can be trusted
	Undecided Verdict = "undecided" // no section was preempted in the time there was
)

// SelfTestResult is the evidence of a Verdict.
type SelfTestResult struct {
	Verdict    Verdict       `json:"verdict"`
	Sections   int           `json:"sections"`   // that were run
	Preempted  int           `json:"preempted"`  // in which the thread was
	Aborts     int           `json:"aborts"`     // of those
	Violations int           `json:"violations"` // sections that were preempted and went on
	Elapsed    time.Duration `json:"elapsed"`    // ns
}

func (r *SelfTestResult) judge() {
	switch {
	case r.Violations > 0:
		r.Verdict = Violated
	case r.Preempted > 0:
		r.Verdict = Aborted
	default:
		r.Verdict = Undecided
	}
}
