package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// report is all that adopt found out. Its JSON has the same keys always.
type report struct {
	Module     string
	Go         string // version of the go command
	Percpu     string // version or checkout
	Files      int    // that were looked at
	Importing  int    // that import package sync
	Changed    []changedFile
	Left       []leftFile
	Same       []string // files that use only what is the same in both packages
	API        []string // what other modules see the types of
	Counters   []*counter
	GoMod      []string
	Profile    *profileResult
	Tests      []testResult
	Benchmarks []benchResult
	BenchNote  string
	Record     string // what -undo reads, after a -w
	Kept       string // where the copies are
	Seconds    float64

	opts *options
}

type changedFile struct {
	File string
	Uses []string
}

type leftFile struct{ File, Why string }

func (a *adoption) newReport() *report {
	r := &report{
		Module: a.module.Path, Go: a.module.goVersion, Percpu: a.source.String(),
		Files: len(a.sources.files) + len(a.sources.other), Same: a.plan.same,
		Counters: a.plan.counters, opts: a.opts,
	}
	for _, name := range sortedKeys(a.written) {
		var uses []string
		if c := a.plan.change[name]; c != nil {
			uses = c.Uses
		}
		r.Changed = append(r.Changed, changedFile{name, append(uses, a.plan.countersIn(name)...)})
	}
	for _, name := range sortedKeys(a.plan.left) {
		r.Left = append(r.Left, leftFile{name, a.plan.left[name]})
	}
	r.Importing = len(a.plan.change) + len(r.Left) + len(r.Same)
	if len(a.written) > 0 {
		r.API = a.plan.exported(a.sources, a.diff)
		r.GoMod, _ = a.mod.changes()
	}
	return r
}

// countersIn says what of a file's changes is for counters.
func (p *plan) countersIn(name string) (out []string) {
	for _, c := range p.counters {
		if c.file == name && c.wanted && c.Refused == "" {
			out = append(out, "Counter "+c.Name[strings.IndexByte(c.Name, '.')+1:])
		}
	}
	return out
}

// problem is what makes the exit status 1.
func (r *report) problem() error {
	for _, t := range r.Tests {
		if t.Broken {
			return errors.New("tests fail after the change that passed before")
		}
	}
	return nil
}

func (r *report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "\t")
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	t := &text{}
	t.head(r)
	t.files(r)
	t.counters(r)
	t.goMod(r)
	t.profile(r)
	t.tests(r)
	t.benchmarks(r)
	t.foot(r)
	_, err := io.WriteString(w, t.String())
	return err
}

// plural is "1 file" or "2 files".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
