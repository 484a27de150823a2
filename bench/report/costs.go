package main

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/plotter"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
)

// slower says whether a ratio of costs is a loss, as far as the page shows it.
func slower(r bench.Ratio) bool { return round(r.Median) > 1 || round(r.Minima) > 1 }

func round(v float64) float64 { return math.Round(v*100) / 100 }

func ratioMark(r bench.Ratio) mark {
	if slower(r) {
		return loss
	}
	return win
}

// best returns the row of the peer with the lowest median, or nil.
func (s *set) best(threads int) (best *bench.Row) {
	for _, row := range s.Result.Rows {
		if row.Threads == threads && s.Roles[row.Name] == peers.Peer && (best == nil || row.Median < best.Median) {
			best = row
		}
	}
	return best
}

// losses lists where percpu is slower than a peer.
func (m *measurement) losses() section {
	s := section{Title: "Where we lose"}
	s.row(none, "operation", "slower than", "threads", "ours, ns", "its, ns", "ours / its", "minima")
	for i := range m.Sets {
		set := &m.Sets[i]
		for _, a := range set.Result.Rows {
			if set.Roles[a.Name] != peers.Ours {
				continue
			}
			for _, b := range set.Result.Rows {
				if b.Threads != a.Threads || set.Roles[b.Name] != peers.Peer {
					continue
				}
				if ratio := bench.Cost(a, b); slower(ratio) {
					s.row(loss, titles[set.Name]+", "+a.Name, b.Name, fmt.Sprint(a.Threads),
						number(a.Median), number(b.Median), number(ratio.Median), number(ratio.Minima))
				}
			}
		}
	}
	if len(s.Table) == 1 {
		s.Text = []string{"Nowhere among the rows measured here."}
		return s
	}
	s.Text = []string{"Every row of ours that is slower than a peer's, by the median or by the minima. Costs are medians."}
	return s
}

// pictures shows a set of rows as charts: throughput, and costs with one thread and
// with most.
func (m *measurement) pictures(set *set) (s section, err error) {
	s.Title = titles[set.Name]
	var lines []series
	var counts []int
	bars := make(map[int][]bar)
	for _, row := range set.shown() {
		line := lineOf(&lines, row.Name, set.Roles[row.Name])
		line.measured = append(line.measured, plotter.XY{X: float64(row.Threads), Y: row.Throughput})
		if bars[row.Threads] == nil {
			counts = append(counts, row.Threads)
		}
		bars[row.Threads] = append(bars[row.Threads], bar{row.Name, m.barColor(set, row), row})
	}
	svg, err := lineChart("threads, each on a CPU of its own", "Mop/s, all threads", counts, lines)
	if err != nil {
		return s, err
	}
	s.Charts = append(s.Charts, chart{"Throughput (million operations a second; higher is better)", svg})
	for i, n := range counts {
		if i > 0 && i < len(counts)-1 {
			continue
		}
		svg, err := barChart("ns per operation and thread", bars[n])
		if err != nil {
			return s, err
		}
		s.Charts = append(s.Charts, chart{fmt.Sprintf("Cost, %d %s (lower is better; bar: median; line: minimum to 90th percentile; red: ours where a peer is faster)",
			n, plural(n, "thread")), svg})
	}
	return s, nil
}

// costs shows a set of rows as a table.
func (m *measurement) costs(set *set) section {
	s := section{Title: titles[set.Name] + ", table"}
	s.row(none, "implementation", "threads", "min ns", "median ns", "p90 ns", "Mop/s", "× best peer", "minima", "")
	for _, row := range set.shown() {
		set.costRow(&s, row)
	}
	s.Notes = append(s.Notes, set.Result.Conditions()+".")
	return s
}

// shown returns the rows that are shown beside each other.
func (s *set) shown() (rows []*bench.Row) {
	for _, row := range s.Result.Rows {
		if !isList(row.Name) && row.Name != stripesRow {
			rows = append(rows, row)
		}
	}
	return rows
}

// costRow adds a row to the table. Ours are compared with the best peer, peers
// and limits too, but without a mark.
func (s *set) costRow(to *section, row *bench.Row) {
	cells := []string{row.Name, fmt.Sprint(row.Threads), number(row.Min), number(row.Median), number(percentile(row.Costs, 0.9)), fmt.Sprintf("%.0f", row.Throughput), "", "", ""}
	mk := none
	if best := s.best(row.Threads); best != nil {
		ratio := bench.Cost(row, best)
		cells[6], cells[7] = number(ratio.Median), number(ratio.Minima)
		if s.Roles[row.Name] == peers.Ours {
			mk = ratioMark(ratio)
			cells[8] = map[mark]string{win: "ok", loss: "SLOWER than " + best.Name}[mk]
		}
	}
	switch s.Roles[row.Name] {
	case peers.Limit:
		cells[8] = "limit"
	case "":
		cells[8] = "in C"
	}
	to.row(mk, cells...)
}

// lineOf returns the line of that name, a new one if there is none.
func lineOf(lines *[]series, name string, role peers.Role) *series {
	for i := range *lines {
		if (*lines)[i].name == name {
			return &(*lines)[i]
		}
	}
	*lines = append(*lines, series{name: name, look: lookOf(name, role, len(*lines))})
	return &(*lines)[len(*lines)-1]
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// barColor makes a loss red.
func (m *measurement) barColor(s *set, row *bench.Row) color.Color {
	switch role := s.Roles[row.Name]; {
	case role == peers.Ours:
		if best := s.best(row.Threads); best != nil && slower(bench.Cost(row, best)) {
			return lossColor
		}
		return oursColor
	case role == peers.Peer:
		return peerColor
	case role == peers.Limit:
		return limitColor
	}
	return cColor
}
