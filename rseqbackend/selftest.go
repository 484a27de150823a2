package rseqbackend

import "time"

// Verdict is what a SelfTest found.
type Verdict string

const (
	Aborted   Verdict = "aborted"   // interrupted sections were aborted: rseq works
	Violated  Verdict = "violated"  // an interrupted section went on: no sum can be trusted
	Undecided Verdict = "undecided" // no section was interrupted in the time there was
)

// SelfTestResult is the evidence of a Verdict.
type SelfTestResult struct {
	Verdict    Verdict       `json:"verdict"`
	Sections   int           `json:"sections"`   // that were run
	Preempted  int           `json:"preempted"`  // in which the thread was, or was moved to another CPU
	Aborts     int           `json:"aborts"`     // of those
	Violations int           `json:"violations"` // the others: sections that went on
	Elapsed    time.Duration `json:"elapsed"`    // ns
}

// add takes the sections of another result into account.
func (r *SelfTestResult) add(other SelfTestResult) {
	r.Sections += other.Sections
	r.Preempted += other.Preempted
	r.Aborts += other.Aborts
	r.Violations += other.Violations
	r.Elapsed += other.Elapsed
	r.judge()
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
