package main

import (
	"io"
	"strings"

	"github.com/percpu-go/percpu/bench/peers"
)

// Where what the repository shows stands, from this module's folder.
const (
	publishedPage  = "../MEASUREMENTS.md"
	publishedChart = "charts/counter-" // light.svg and dark.svg
)

// publish adds the files that the repository shows.
func (m *measurement) publish(page *document, files map[string]func(io.Writer) error) error {
	svg, err := m.readmeChart()
	if err != nil {
		return err
	}
	files[publishedChart+"light.svg"] = text(recolour(svg, func(s shade) string { return s.light }))
	files[publishedChart+"dark.svg"] = text(recolour(svg, func(s shade) string { return s.dark }))
	if files[readmePage], err = m.readme(); err != nil {
		return err
	}
	files[publishedPage] = func(w io.Writer) error {
		const head = "<!-- Written by: go run -C bench/report . -adopters -publish -->\n\n"
		if _, err := io.WriteString(w, head); err != nil {
			return err
		}
		return page.writeMarkdown(w)
	}
	return nil
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// readmeChart is the chart of those who have a minute: ours, what it takes the place
// of, and who comes nearest.
func (m *measurement) readmeChart() (string, error) {
	var ps []prediction
	for _, p := range m.predictions() {
		switch p.row {
		case m.Ours:
			p.name = "Counter"
		case peers.AtomicInt64, peers.XsyncCounter:
		default:
			continue
		}
		ps = append(ps, p)
	}
	svg, err := m.scalingChart("CPUs, a thread on each (marks: measured; dashed: MODEL)", ps)
	// A file of its own says what it is.
	return strings.Replace(svg, "<svg ", `<svg role="img" aria-label="Throughput of Counter.Add against CPUs: points measured, dashed lines a model" `, 1), err
}
