package main

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/plotter"

	"github.com/percpu-go/percpu/bench/peers"
	"github.com/percpu-go/percpu/bench/report/model"
)

// memory shows what a counter takes. What it would take on a machine with more
// CPUs is computed: libraries make a part for each CPU.
func (m *measurement) memory() (s section, err error) {
	s = section{Title: "Memory per counter"}
	sizes := m.Sizes
	if v := m.bytes(); v != nil {
		sizes = append([]peers.Size{{Name: m.Ours, CPUs: v.Threads, Bytes: v.Ratio.Median}}, sizes...)
	}
	head := []string{"bytes per counter"}
	for _, n := range model.CPUs {
		head = append(head, fmt.Sprintf("%d %s", n, plural(n, "CPU")))
	}
	s.row(none, head...)
	var lines []series
	for _, size := range sizes {
		role := peers.Peer
		if size.Name == m.Ours {
			role = peers.Ours
		}
		line := lineOf(&lines, size.Name, role)
		line.measured = append(line.measured, plotter.XY{X: float64(size.CPUs), Y: size.Bytes})
	}
	if len(lines) == 0 {
		return s, nil
	}
	for i := range lines {
		m.extrapolate(&lines[i])
		cells := []string{lines[i].name}
		for _, xy := range lines[i].computed {
			if at := slices.IndexFunc(lines[i].measured, func(p plotter.XY) bool { return p.X == xy.X }); at >= 0 {
				cells = append(cells, fmt.Sprintf("%.0f", lines[i].measured[at].Y))
			} else {
				cells = append(cells, fmt.Sprintf("MODEL %.0f", xy.Y))
			}
		}
		s.row(none, cells...)
	}
	svg, err := lineChart("CPUs in use", "bytes per counter", model.CPUs, lines)
	s.Charts = []chart{{"Memory per counter against CPUs (points: measured; dashed: MODEL)", svg}}
	s.Notes = []string{"Of percpu everything that the process grew by is counted, the collector's and the kernel's share included; of the peers only the Go heap. " +
		"MODEL: 8 bytes more for each CPU that uses a counter of percpu; for the peers what the second CPU added."}
	return s, err
}

// extrapolate computes what was not measured.
func (m *measurement) extrapolate(line *series) {
	first, last := line.measured[0], line.measured[len(line.measured)-1]
	perCPU := 0.0
	switch {
	case line.name == m.Ours:
		perCPU = 8
	case last.X > first.X:
		perCPU = (last.Y - first.Y) / (last.X - first.X)
	}
	for _, n := range model.CPUs {
		line.computed = append(line.computed, plotter.XY{X: float64(n), Y: last.Y + perCPU*(float64(n)-last.X)})
	}
}

// bytes returns what a Counter of percpu was measured to take, or nil.
func (m *measurement) bytes() *peers.Verdict {
	if m.Other == nil {
		return nil
	}
	for _, g := range m.Other.Groups {
		if g.Name == "memory" && len(g.Verdicts) > 0 {
			return &g.Verdicts[0]
		}
	}
	return nil
}
