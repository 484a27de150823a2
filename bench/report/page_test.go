package main

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
	"github.com/percpu-go/percpu/bench/report/model"
)

var update = flag.Bool("update", false, "write the golden files")

// fixture is a measurement in which nothing was measured.
func fixture() *measurement {
	row := func(name string, threads int, costs ...float64) *bench.Row {
		r := &bench.Row{Name: name, Threads: threads, Min: costs[0], Median: costs[1], Costs: costs}
		r.Throughput = float64(threads) / r.Median * 1e3
		return r
	}
	counter := &bench.Result{CPUs: []int{0, 1}, Rounds: 3, Rows: []*bench.Row{
		row(peers.PercpuRseq, 1, 2, 2.5, 3), row(peers.Plain, 1, 1, 1.5, 2), row(peers.AtomicInt64, 1, 4, 5, 6),
		row("C rseq add", 1, 1, 1.25, 2), row(stripesRow, 1, 4, 5, 6),
		row(peers.PercpuRseq, 2, 2, 2.5, 3), row(peers.Plain, 2, 1, 1.5, 2), row(peers.AtomicInt64, 2, 30, 40, 50),
		row("C rseq add", 2, 1, 1.25, 2), row(stripesRow, 2, 15, 20, 25),
	}}
	load := &bench.Result{CPUs: []int{0, 1}, Rounds: 3, Rows: []*bench.Row{
		row(peers.PercpuRseq, 1, 8, 9, 10), row(peers.AtomicInt64, 1, 1, 2, 3),
	}}
	roles := map[string]peers.Role{peers.PercpuRseq: peers.Ours, peers.Plain: peers.Limit, peers.AtomicInt64: peers.Peer}
	m := &measurement{
		Facts:   []peers.Fact{{Name: "machine", Value: "<none>"}, {Name: "commit", Value: "unknown"}},
		Ours:    peers.PercpuRseq,
		Sets:    []set{{Group: peers.Group{Name: "counter", Result: counter}, Roles: roles}, {Group: peers.Group{Name: "load", Result: load}, Roles: roles}},
		C:       []string{"C rseq add"},
		Machine: model.Machine{Transfer: 60, Moves: 0.25},
		Sizes:   []peers.Size{{Name: peers.AtomicInt64, CPUs: 1, Bytes: 8}, {Name: peers.AtomicInt64, CPUs: 2, Bytes: 8}},
		Other: &peers.Report{Facts: []peers.Fact{{Name: "machine", Value: "<other>"}}, Groups: []peers.Group{
			{Name: "counter", Verdicts: peers.Judge(counter, peers.CounterTargets(peers.Host{}))},
			{Name: "memory", Verdicts: []peers.Verdict{{What: "bytes", Threads: 2, Bound: peers.Bound{Value: 48}, Ratio: bench.Ratio{Median: 44, Minima: 44}}}},
		}},
	}
	m.Sets[0].Verdicts = peers.Judge(counter, peers.CounterTargets(peers.Host{}))
	return m
}

func write(t *testing.T, m *measurement) (html, markdown string) {
	t.Helper()
	page, err := m.page()
	if err != nil {
		t.Fatal(err)
	}
	var h, md bytes.Buffer
	if err := page.writeHTML(&h); err != nil {
		t.Fatal(err)
	}
	if err := page.writeMarkdown(&md); err != nil {
		t.Fatal(err)
	}
	return h.String(), md.String()
}

var drawing = regexp.MustCompile(`(?s)<svg.*?</svg>`)

// TestPage compares all but the drawings, which are the plotting library's.
func TestPage(t *testing.T) {
	html, markdown := write(t, fixture())
	golden(t, "testdata/report.md.golden", markdown)
	golden(t, "testdata/index.html.golden", drawing.ReplaceAllString(html, "<svg></svg>"))
	drawings := drawing.FindAllString(html, -1)
	if want := 2 + 2 + 1 + 1 + 1; len(drawings) != want { // lines; bars; memory; model
		t.Errorf("%d drawings, want %d", len(drawings), want)
	}
	for i, svg := range drawings {
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("drawing %d: %v", i, err)
			}
		}
	}
	if dashes := strings.Count(drawings[len(drawings)-1], "stroke-dasharray"); dashes < 3 {
		t.Errorf("the model's drawing has %d dashed lines", dashes)
	}
}

// TestSelfContained: a page needs no other file and no network.
func TestSelfContained(t *testing.T) {
	html, _ := write(t, fixture())
	html = regexp.MustCompile(`xmlns(:\w+)?="[^"]*"`).ReplaceAllString(html, "")
	for _, word := range []string{"http:", "https:", "src=", "<link", "<script", "@import", "url(", "<image"} {
		if strings.Contains(html, word) {
			t.Errorf("the page contains %q", word)
		}
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if !strings.HasPrefix(m[1], "#") {
			t.Errorf("the page refers to %q", m[1])
		}
	}
}

// TestSkipped: what could not be measured is said.
func TestSkipped(t *testing.T) {
	m := fixture()
	m.C, m.CSkipped = nil, "no C compiler"
	m.Other, m.OtherFailed = nil, "no go command"
	html, markdown := write(t, m)
	for _, want := range []string{"skipped: no C compiler", "skipped: no go command"} {
		if !strings.Contains(html, want) || !strings.Contains(markdown, want) {
			t.Errorf("the report doesn't say %q", want)
		}
	}
}

func TestOneCPU(t *testing.T) {
	m := fixture()
	for i := range m.Sets {
		r := m.Sets[i].Result
		r.CPUs = r.CPUs[:1]
		rows := r.Rows
		r.Rows = nil
		for _, row := range rows {
			if row.Threads == 1 {
				r.Rows = append(r.Rows, row)
			}
		}
	}
	if _, markdown := write(t, m); !strings.Contains(markdown, "Only one CPU") {
		t.Error("the report doesn't say that there was one CPU")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}
