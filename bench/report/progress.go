package main

import (
	"fmt"
	"os"
	"time"
)

// progress says on a terminal how far the run is, and nothing elsewhere.
type progress struct {
	to    *os.File // nil if nobody is watching
	start time.Time
	steps int
	done  int
}

func newProgress(to *os.File) *progress {
	if !isTerminal(to) {
		to = nil
	}
	return &progress{to: to, start: time.Now()}
}

// step says what is done next.
func (p *progress) step(what string) {
	p.done++
	if p.to != nil {
		fmt.Fprintf(p.to, "\r\x1b[K[%d/%d] %s, %v", p.done, p.steps, what, time.Since(p.start).Round(time.Second))
	}
}

func (p *progress) end() {
	if p.to != nil {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
