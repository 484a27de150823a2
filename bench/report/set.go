package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
)

// set is rows that were measured together, with what each is.
type set struct {
	peers.Group
	Roles map[string]peers.Role `json:"roles"`
	rows  peers.Rows
	more  []bench.Impl
	parts []*bench.Result
}

// measure adds a segment. One in which there was too much noise is left out.
func (s *set) measure(threads []int, rounds int) error {
	rounds = max(1, rounds*2/max(2, len(threads)))
	r, err := s.rows.Compare(bench.Config{Threads: threads, Rounds: rounds, Window: 2 * time.Millisecond, Retries: 8}, s.more...)
	if errors.Is(err, bench.ErrNoRounds) {
		return nil
	}
	if err == nil {
		s.parts = append(s.parts, r)
	}
	return err
}

func (s *set) finish() error {
	if len(s.parts) == 0 {
		return fmt.Errorf("%s: %w in any part", s.Name, bench.ErrNoRounds)
	}
	s.Group = s.rows.Group(bench.Join(s.parts...))
	return nil
}
