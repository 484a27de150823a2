package main

import (
	"fmt"

	"gonum.org/v1/plot/plotter"

	"github.com/percpu-go/percpu/bench/peers"
	"github.com/percpu-go/percpu/bench/report/model"
)

// prediction is a formula for a row.
type prediction struct {
	name    string
	row     string
	formula string
	of      func(op float64, cpus int) float64
}

// predictions says which formula is thought to describe which row.
func (m *measurement) predictions() (ps []prediction) {
	shared := func(op float64, cpus int) float64 { return m.Machine.Shared(op, cpus) }
	striped := func(op float64, cpus int) float64 { return m.Machine.Striped(op, model.Stripes(cpus), cpus) }
	for _, p := range []prediction{
		{m.Ours, m.Ours, "per CPU", model.PerCPU},
		{peers.ProcPinAdd, peers.ProcPinAdd, "per CPU", model.PerCPU},
		{peers.XsyncCounter + ", at best", peers.XsyncCounter, "per CPU", model.PerCPU},
		{peers.XsyncCounter + ", at worst", peers.XsyncCounter, "striped", striped},
		{stripesRow, stripesRow, "striped", striped},
		{peers.AtomicInt64, peers.AtomicInt64, "shared", shared},
		{peers.Prometheus, peers.Prometheus, "shared", shared},
	} {
		if r := m.Sets[0].Result; r.Row(p.row, 1) != nil {
			ps = append(ps, p)
		}
	}
	return ps
}

// throughput returns what is predicted for a number of CPUs, in Mop/s.
func (m *measurement) throughput(p prediction, cpus int) float64 {
	return p.of(m.Sets[0].Result.Row(p.row, 1).Median, cpus)
}

// scalingChart draws throughput here and, by the model, on machines with more CPUs.
func (m *measurement) scalingChart(x string, ps []prediction) (string, error) {
	var lines []series
	for _, p := range ps {
		line := series{name: p.name, look: lookOf(p.row, m.Sets[0].Roles[p.row], len(lines))}
		for _, n := range model.CPUs {
			line.computed = append(line.computed, plotter.XY{X: float64(n), Y: m.throughput(p, n)})
		}
		for _, row := range m.Sets[0].Result.Rows {
			if row.Name == p.row {
				line.measured = append(line.measured, plotter.XY{X: float64(row.Threads), Y: row.Throughput})
			}
		}
		lines = append(lines, line)
	}
	return lineChart(x, "million a second", model.CPUs, lines)
}

// ahead is what the page begins with.
func (m *measurement) ahead() (section, error) {
	svg, err := m.scalingChart("CPUs, a thread on each", m.predictions())
	return section{
		Title:  "Counter.Add against CPUs",
		Text:   []string{"Points were measured here. Dashed lines are a MODEL, which goes by what an addition costs on one CPU and what it takes to move a cache line to another; how far it is off stands below."},
		Charts: []chart{{"Throughput of Counter.Add (points: measured; dashed: MODEL)", svg}},
	}, err
}

// scaling predicts throughput on machines that were not at hand.
func (m *measurement) scaling() section {
	s := section{Title: "Counter.Add on more CPUs", Model: true}
	s.Text = []string{
		"MODEL, not measured.",
		fmt.Sprintf("A line takes %.1f ns from one CPU to the other (a quarter of what two threads take to hand a word to and fro: on each way it moves once to be read and once to be written), and %.0f %% of the additions to a shared word follow another CPU's.",
			m.Machine.Transfer, 100*m.Machine.Moves),
		"With op the cost on one CPU and s = op + share·transfer, in operations per ns: per CPU n/op; shared 1/s; striped n/(q·op + (1 + (n-1)/S - q)·s), q = (1 - 1/S)^(n-1), S the power of two from n on. " +
			"xsync takes another stripe after a collision: at best all find one of their own, at worst the stripes are random. " +
			"Left out: sockets, where transfers cost several times as much, and hardware threads that share a core.",
	}
	head := []string{"MODEL, Mop/s", "formula"}
	for _, n := range model.CPUs {
		head = append(head, fmt.Sprintf("%d %s", n, plural(n, "CPU")))
	}
	s.row(none, head...)
	for _, p := range m.predictions() {
		cells := []string{p.name, p.formula}
		for _, n := range model.CPUs {
			cells = append(cells, fmt.Sprintf("%.0f", m.throughput(p, n)))
		}
		s.row(none, cells...)
	}
	return s
}

// modelErrors compares the model with what was measured.
func (m *measurement) modelErrors() section {
	s := section{Title: "How far the model is off", Model: true}
	s.Text = []string{"The model against what was measured here. A row's own cost on one CPU goes into it, so for one thread it is right by construction. Row " +
		stripesRow + " does what the formula says: finding the stripe costs nothing."}
	s.row(none, "row", "formula", "threads", "predicted Mop/s", "measured Mop/s", "error")
	for _, p := range m.predictions() {
		for _, row := range m.Sets[0].Result.Rows {
			if row.Name == p.row {
				v := m.throughput(p, row.Threads)
				s.row(none, p.name, p.formula, fmt.Sprint(row.Threads), fmt.Sprintf("%.1f", v), fmt.Sprintf("%.1f", row.Throughput),
					fmt.Sprintf("%+.0f %%", 100*(v/row.Throughput-1)))
			}
		}
	}
	return s
}
