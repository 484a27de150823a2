package main

import (
	"fmt"
	"time"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
)

// adopter is real code, as it is and with its import of package sync exchanged.
type adopter struct {
	peers.AdopterSuite
	Result *bench.Result `json:"result"` // of its hot call; rows original and exchanged
}

// measureAdopters has the modules' own tests run, and then measures.
func measureAdopters(opts options, step func(string)) (all []adopter, err error) {
	host, err := peers.OpenHost(opts.backend)
	if err != nil {
		return nil, err
	}
	suites, err := peers.AdopterSuites(step)
	if err != nil {
		return nil, err
	}
	step("real code, measured")
	rounds := 200
	if opts.quick {
		rounds = 20
	}
	groups, err := peers.Adopters(host, bench.Config{Rounds: rounds, Window: 2 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	for i, s := range suites { // both in the order of peers' list
		all = append(all, adopter{s, groups[i].Result})
	}
	return all, nil
}

// adopters is a table of real code.
func (m *measurement) adopters() section {
	s := section{Title: "Real code with its import of sync exchanged"}
	s.Text = []string{"Modules from the module cache, copied. In each file \"sync\" became \"github.com/percpu-go/percpu/primitives/sync\" and nothing else was changed. Costs are medians in ns per call and thread, as it is → exchanged, and their ratio."}
	s.row(none, "call", "1 thread", "", "2 threads", "", "module", "changed", "its tests, as it is", "exchanged")
	for _, a := range m.Adopters {
		cells := []string{a.Call}
		mk := win
		for _, n := range []int{1, 2} {
			text, ratio, ok := a.cost(n)
			cells = append(cells, text...)
			switch {
			case !ok && mk == win:
				mk = none
			case ok && slower(ratio):
				mk = loss
			}
		}
		after := a.After.String()
		switch {
		case len(a.After.Failed) > len(a.Before.Failed):
			mk = loss
		case after == a.Before.String():
			after = "the same"
		}
		s.row(mk, append(cells, a.Module, fmt.Sprintf("%d %s, %d %s", a.Files, plural(a.Files, "file"), a.Locks, plural(a.Locks, "lock")), a.Before.String(), after)...)
	}
	s.Notes = []string{"Red: slower by the median or by the minima with 1 or 2 threads, or a test that fails only after the change."}
	return s
}

// cost compares the call on a number of threads.
func (a *adopter) cost(threads int) (cells []string, ratio bench.Ratio, ok bool) {
	if a.Result == nil {
		return []string{"too much noise", ""}, ratio, false
	}
	was, is := a.Result.Row("original", threads), a.Result.Row("exchanged", threads)
	if was == nil || is == nil {
		return []string{"", ""}, ratio, false
	}
	ratio = bench.Cost(is, was)
	return []string{fmt.Sprintf("%.0f → %.0f", was.Median, is.Median), number(ratio.Median)}, ratio, true
}
