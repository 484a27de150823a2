package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/color"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
	"github.com/percpu-go/percpu/bench/report/model"
)

var update = flag.Bool("update", false, "write the golden files")

func costRow(name string, threads int, costs ...float64) *bench.Row {
	r := &bench.Row{Name: name, Threads: threads, Min: costs[0], Median: costs[1], Costs: costs}
	r.Throughput = float64(threads) / r.Median * 1e3
	return r
}

// adopterFixture is real code whose call took 6 ns with one thread and 50 with two.
func adopterFixture(one, two float64, failed []string) adopter {
	return adopter{
		peers.AdopterSuite{Call: "Cache.Get", Module: "example.com/cache@v1.0.0", Files: 2, Locks: 1,
			Before: peers.TestCounts{Passed: 3}, After: peers.TestCounts{Passed: 3 - len(failed), Failed: failed}},
		&bench.Result{Rows: []*bench.Row{
			costRow("original", 1, 6, 6, 6), costRow("exchanged", 1, one, one, one),
			costRow("original", 2, 50, 50, 50), costRow("exchanged", 2, two, two, two),
		}},
	}
}

// fixture is a measurement in which nothing was measured.
func fixture() *measurement {
	row := costRow
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
	m.Adopters = []adopter{adopterFixture(5, 10, nil)}
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
	if want := 1 + 2 + 2 + 1 + 1; len(drawings) != want { // model; lines; bars; memory
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
	if dashes := strings.Count(drawings[0], "stroke-dasharray"); dashes < 3 {
		t.Errorf("the model's drawing has %d dashed lines", dashes)
	}
}

// TestColours: each colour in a drawing is one that the page can change, or one that
// can be seen on light and dark.
func TestColours(t *testing.T) {
	var both []string
	for _, c := range slices.Concat(palette, []color.Color{limitColor, peerColor}) {
		r, g, b, _ := c.RGBA()
		both = append(both, fmt.Sprintf("#%02X%02X%02X", r>>8, g>>8, b>>8))
	}
	html, _ := write(t, fixture())
	for _, svg := range drawing.FindAllString(html, -1) {
		for _, c := range regexp.MustCompile("#[0-9A-Fa-f]{6}").FindAllString(svg, -1) {
			if !slices.Contains(both, c) {
				t.Errorf("colour %s is the same on light and dark", c)
			}
		}
	}
}

// TestPublish: what the repository shows is two pictures in other colours, a page that
// says how it was made, and a table in README, of which nothing else changes.
func TestPublish(t *testing.T) {
	m := fixture()
	page, err := m.page()
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]func(io.Writer) error)
	if err := m.publish(page, files); err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string)
	for name, write := range files {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		texts[name] = b.String()
	}
	light, dark := texts["charts/counter-light.svg"], texts["charts/counter-dark.svg"]
	if light == dark || !strings.Contains(light, "stroke-dasharray") || !strings.Contains(dark, "stroke-dasharray") || strings.Contains(dark, "var(") {
		t.Errorf("pictures:\n%s\n%s", light, dark)
	}
	was, err := os.ReadFile(readmePage)
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`\| ns a call.*\n(?:\|.*\n)+`)
	if got, want := texts[readmePage], "| `atomic.Int64.Add` → `Counter.Add` | 5.00 → 2.50 | 40.00 → 2.50 |\n"; !strings.Contains(got, want) ||
		table.ReplaceAllString(got, "") != table.ReplaceAllString(string(was), "") || strings.Count(got, "\n| ") >= strings.Count(string(was), "\n| ") {
		t.Errorf("README:\n%s", got)
	}
	if text := texts["../MEASUREMENTS.md"]; !strings.Contains(text, "go run -C bench/report") || !strings.Contains(text, "Where we lose") {
		t.Errorf("page:\n%s", text)
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

// TestLeftOut: a set of rows that noise kept from being measured is named, and the
// report is of the others.
func TestLeftOut(t *testing.T) {
	m := fixture()
	counter, load := m.Sets[0], set{}
	counter.parts, load.Name = []*bench.Result{counter.Result}, "load"
	m.Sets = nil
	if err := m.keep([]set{counter, load}); err != nil || len(m.Sets) != 1 {
		t.Fatalf("%d sets, %v", len(m.Sets), err)
	}
	if _, markdown := write(t, m); !strings.Contains(markdown, "Counter.Load: too much noise") {
		t.Error("the report doesn't say what it left out")
	}
	if err := m.keep([]set{{}, counter}); !errors.Is(err, bench.ErrNoRounds) {
		t.Errorf("without counters: %v", err)
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
