package main

import (
	"fmt"
	"strings"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
)

// titles of the sets of rows.
var titles = map[string]string{
	"counter":      "Counter.Add",
	"floatcounter": "FloatCounter.Add",
	"load":         "Counter.Load",
	"rwmutex":      "RWMutex.RLock and RUnlock",
	"map-warm":     "Map.Load, 1,000 keys",
	"map-mix":      "Map, 90 % Load, 9 % Store, 1 % Delete",
	"countermap":   "CounterMap.Add, one hot key",
	"freelist":     "FreeList.Get and Put",
}

// page makes the document of a measurement: what everybody looks at first, then what
// speaks against us, then figures.
func (m *measurement) page() (*document, error) {
	d := &document{Title: "Package percpu: measurements", Text: []string{m.inShort()}}
	ahead, err := m.ahead()
	if err != nil {
		return nil, err
	}
	d.Sections = append(d.Sections, ahead)
	for i := range m.Sets {
		s, err := m.pictures(&m.Sets[i])
		if err != nil {
			return nil, err
		}
		d.Sections = append(d.Sections, s)
	}
	d.Sections = append(d.Sections, m.losses())
	if m.Adopters != nil {
		d.Sections = append(d.Sections, m.adopters())
	}
	d.Sections = append(d.Sections, m.targets())
	for i := range m.Sets {
		d.Sections = append(d.Sections, m.costs(&m.Sets[i]))
	}
	memory, err := m.memory()
	if err != nil {
		return nil, err
	}
	d.Sections = append(d.Sections, m.distance(), memory, m.scaling(), m.modelErrors(), m.conditions())
	return d, nil
}

// inShort says on what was measured, as far as everybody wants to know.
func (m *measurement) inShort() string {
	var facts []string
	for _, f := range m.Facts {
		switch f.Name {
		case "machine", "kernel", "Go":
			facts = append(facts, f.Value)
		case "backend", "index", "commit":
			facts = append(facts, f.Name+" "+f.Value)
		}
	}
	return "Measured on " + strings.Join(facts, "; ") + ". More about that under Conditions."
}

// conditions says on what was measured.
func (m *measurement) conditions() section {
	s := section{Title: "Conditions"}
	facts := make(map[string]string)
	if m.Other != nil {
		for _, f := range m.Other.Facts {
			facts[f.Name] = f.Value
		}
		s.row(none, "", "all charts", "another kind of process")
	} else {
		s.row(none, "", "all charts")
	}
	for _, f := range m.Facts {
		cells := []string{f.Name, f.Value}
		if m.Other != nil {
			cells = append(cells, facts[f.Name])
		}
		s.row(none, cells...)
	}
	s.Notes = append(s.Notes, "Threads are pinned; implementations take turns in windows of milliseconds; windows in which a thread waited for its CPU or was elsewhere are measured again. "+
		"Ratios are taken within a round, then the median over rounds; minima is the ratio of the lowest costs.")
	if m.OtherFailed != "" {
		s.Notes = append(s.Notes, "Another kind of process: skipped: "+m.OtherFailed)
	}
	if n := m.Sets[0].Result.CPUs; len(n) < 2 {
		s.Notes = append(s.Notes, "Only one CPU can be used: nothing is known about contention.")
	}
	return s
}

// targets judges the rows by what percpu is meant to achieve.
func (m *measurement) targets() section {
	s := section{Title: "Targets"}
	head := []string{"target", "threads", "bound", "median", "minima", ""}
	if m.Other != nil {
		head = append(head, "median, other process", "minima, other process", "")
	}
	s.row(none, head...)
	for _, set := range m.Sets {
		for _, v := range set.Verdicts {
			cells := verdictCells(v)
			if m.Other != nil {
				cells = append(cells, m.otherVerdict(v)...)
			}
			s.row(statusMark(cells), cells...)
		}
	}
	if m.Other != nil {
		for _, g := range m.Other.Groups {
			if g.Name == "memory" {
				for _, v := range g.Verdicts {
					cells := append([]string{v.What, fmt.Sprint(v.Threads), v.Bound.String(), "", "", ""}, verdictCells(v)[3:]...)
					s.row(statusMark(cells), cells...)
				}
			}
		}
	}
	s.Notes = append(s.Notes, "A target counts as met if the median or the minima meet it. Bytes are measured in the other process, where nothing else has happened.")
	return s
}

func verdictCells(v peers.Verdict) []string {
	return []string{v.What, fmt.Sprint(v.Threads), v.Bound.String(), number(v.Ratio.Median), number(v.Ratio.Minima), v.Status()}
}

// otherVerdict returns what the same target came to in the other process.
func (m *measurement) otherVerdict(v peers.Verdict) []string {
	for _, g := range m.Other.Groups {
		for _, o := range g.Verdicts {
			if o.What == v.What && o.Threads == v.Threads {
				return verdictCells(o)[3:]
			}
		}
	}
	return []string{"", "", ""}
}

func statusMark(cells []string) mark {
	for _, c := range cells {
		if c == peers.Missed {
			return loss
		}
	}
	return win
}

func number(v float64) string { return fmt.Sprintf("%.2f", v) }

// isList says whether a row in C is of a list: nothing to compare counters with.
func isList(name string) bool { return strings.Contains(name, "pop+push") }

// distance compares percpu's counter with C.
func (m *measurement) distance() section {
	s := section{Title: "Distance to C"}
	if m.CSkipped != "" {
		s.Text = []string{"skipped: " + m.CSkipped}
		return s
	}
	s.Text = []string{"The same loops in C, measured in the same rounds. The ratio is the cost of Counter.Add over C's: above 1, C is faster."}
	s.row(none, "in C", "threads", "min ns", "median ns", "percpu / C, median", "minima")
	r := m.Sets[0].Result
	for _, row := range r.Rows {
		if !m.isC(row.Name) {
			continue
		}
		cells := []string{row.Name, fmt.Sprint(row.Threads), number(row.Min), number(row.Median), "", ""}
		mk := none
		if !isList(row.Name) {
			ratio := bench.Cost(r.Row(m.Ours, row.Threads), row)
			cells[4], cells[5] = number(ratio.Median), number(ratio.Minima)
			mk = ratioMark(ratio)
		}
		s.row(mk, cells...)
	}
	return s
}

func (m *measurement) isC(name string) bool {
	for _, c := range m.C {
		if c == name {
			return true
		}
	}
	return false
}
