package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"
)

// text is the report as people read it.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// table writes rows in columns, indented by two.
func (t *text) table(rows [][]string) {
	w := tabwriter.NewWriter(t, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, "  "+strings.Join(row, "\t"))
	}
	w.Flush()
}

func (t *text) head(r *report) {
	t.line("%s, %s, with percpu %s", r.Module, strings.Replace(r.Go, "go", "Go ", 1), r.Percpu)
	if r.Importing == 0 {
		t.line("%s, none of which imports package sync", plural(r.Files, "file"))
		return
	}
	t.line("%s, of which %d import package sync", plural(r.Files, "file"), r.Importing)
}

func (t *text) files(r *report) {
	if len(r.Changed) > 0 {
		t.line("\n%s changed", plural(len(r.Changed), "file"))
		var rows [][]string
		for _, c := range r.Changed {
			uses := strings.Join(c.Uses, "; ")
			if uses == "" {
				uses = "nothing but the import"
			}
			rows = append(rows, []string{c.File, shorten(uses, 90)})
		}
		t.table(rows)
	}
	if len(r.Left) > 0 {
		t.line("\n%s left, though percpu has something for what they use", plural(len(r.Left), "file"))
		for _, l := range r.Left {
			t.line("  %s\n      %s", l.File, l.Why)
		}
	}
	if len(r.Same) > 0 {
		t.line("\n%s with nothing but what is the same in both (Mutex, WaitGroup, Once …): not changed", plural(len(r.Same), "file"))
	}
	if len(r.API) > 0 {
		t.line("\nSeen by modules that import this one, and of percpu's type after the change")
		for _, a := range r.API {
			t.line("  %s", a)
		}
	}
}

func (t *text) counters(r *report) {
	var good, bad [][]string
	for _, c := range r.Counters {
		if c.Refused != "" {
			bad = append(bad, []string{c.Name, c.Refused})
		} else {
			good = append(good, []string{c.Name, c.At, c.describe()})
		}
	}
	if len(good) > 0 {
		if r.opts.counters {
			t.line("\n%s changed to primitives.Counter, which orders nothing: see its doc", plural(len(good), "atomic"))
		} else {
			t.line("\n%s only added to and loaded: candidates for primitives.Counter, which orders nothing (-counters)", plural(len(good), "atomic"))
		}
		t.table(good)
	}
	if len(bad) > 0 {
		t.line("\n%s added to, but no mere counters", plural(len(bad), "atomic"))
		for _, b := range bad {
			t.line("  %s\n      %s", b[0], b[1])
		}
	}
}

func (t *text) goMod(r *report) {
	if len(r.GoMod) == 0 {
		return
	}
	t.line("\ngo.mod")
	for _, c := range r.GoMod {
		t.line("  %s", c)
	}
}

func (t *text) profile(r *report) {
	p := r.Profile
	if p == nil {
		return
	}
	what := "waited for locks"
	if p.Kind == "cpu" {
		what = "of CPU"
	}
	t.line("\nThe profile: %s %s, of which", amount(p.Total), what)
	if len(p.Fields) == 0 {
		t.line("  nothing is in this module's calls of sync and sync/atomic")
	}
	for _, f := range p.Fields {
		t.line("  %4.1f %%  %s  %s", 100*f.Share, f.Name, f.Type)
		t.line("          %s", shorten(strings.Join(f.Sites, ", "), 90))
		t.line("          %s", f.Adopt)
	}
	for i, f := range p.Other {
		if i == 5 {
			t.line("          and %d other packages outside of the module", len(p.Other)-i)
			break
		}
		t.line("  %4.1f %%  package %s, outside of the module", 100*f.Share, f.Name)
	}
}

func (t *text) tests(r *report) {
	if len(r.Tests) == 0 {
		return
	}
	var rows [][]string
	without := 0
	for _, p := range r.Tests {
		if p.Before == "no tests" && p.After == "no tests" {
			without++
			continue
		}
		note := p.Verdict
		if len(p.Failed) > 0 {
			note += ": " + shorten(strings.Join(p.Failed, ", "), 80)
		}
		rows = append(rows, []string{
			strings.TrimPrefix(strings.TrimPrefix(p.Package, r.Module), "/"),
			p.Before, seconds(p.SecondsBefore), "→", p.After, seconds(p.SecondsAfter), note,
		})
		if rows[len(rows)-1][0] == "" {
			rows[len(rows)-1][0] = "."
		}
	}
	of := plural(len(r.Tests), "package") + " that the change reaches"
	if without > 0 && len(rows) > 0 {
		of += fmt.Sprintf(", %d of them without tests", without)
	}
	t.line("\nTests, before → after, of the %s", of)
	if len(rows) == 0 {
		t.line("  there are none")
		return
	}
	t.table(rows)
	for _, p := range r.Tests {
		if p.Broken {
			t.line("\n%s, after the change:\n%s", p.Package, indent(p.Output))
		}
	}
}

func (t *text) benchmarks(r *report) {
	if r.opts.bench == "" || r.Benchmarks == nil && r.BenchNote == "" {
		return
	}
	t.line("\nBenchmarks, %s each in turn; ratio of medians, and from least to most of the rounds", plural(r.opts.rounds, "round"))
	if r.BenchNote != "" {
		t.line("  %s", r.BenchNote)
	}
	rows := [][]string{{"", "CPUs", "before", "after", "ratio", "spread", ""}}
	pkg := ""
	for _, b := range r.Benchmarks {
		if b.Package != pkg && (pkg != "" || b.Package != r.Module) {
			rows = append(rows, []string{b.Package, "", "", "", "", "", ""})
		}
		pkg = b.Package
		rows = append(rows, []string{b.Name, itoa(b.CPUs), duration(b.Before), duration(b.After),
			fmt.Sprintf("%.2f", b.Ratio), fmt.Sprintf("%.2f–%.2f", b.Low, b.High), b.Verdict})
	}
	if len(rows) > 1 {
		t.table(rows)
		n := map[string]int{}
		for _, b := range r.Benchmarks {
			n[b.Verdict]++
		}
		t.line("  %d faster, %d slower, %d without a difference, %d that noise hides", n["faster"], n["slower"],
			n["no difference"], len(r.Benchmarks)-n["faster"]-n["slower"]-n["no difference"])
	}
}

func (t *text) foot(r *report) {
	t.line("")
	if r.Kept != "" {
		t.line("The copies are in %s.", r.Kept)
	}
	took := "in " + time.Duration(r.Seconds*float64(time.Second)).Round(100*time.Millisecond).String()
	switch {
	case len(r.Changed) == 0:
		t.line("Nothing to change (%s).", took)
	case r.Record != "":
		t.line("Written (%s). adopt -undo takes it back.", took)
	case r.problem() != nil:
		t.line("Nothing is written (%s).", took)
	default:
		t.line("Nothing is written (%s): -w does that, -undo takes it back.", took)
	}
}

// shorten cuts a text that is too long for a line.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// duration is a time with three digits.
func duration(seconds float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}} {
		if seconds >= u.size {
			return fmt.Sprintf("%.3g %s", seconds/u.size, u.name)
		}
	}
	return fmt.Sprintf("%.3g ns", seconds*1e9)
}

func indent(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }
