// Report measures package percpu against other libraries, against C and against
// its own targets, and makes a page of it. From the root of the repository:
//
//	go run -C bench/report .
//
// It writes index.html, which needs no other file, report.md and report.json
// into bench/report/out, or where -o says; a relative directory is relative to
// bench/report. It takes less than four minutes, with -quick less than
// 40 seconds, both after what it needs has been compiled once; where there is
// much noise it leaves rounds out to keep to that, and says so. A missed target
// or a loss is part of the report and no failure.
//
// With -adopters it also exchanges the import of package sync in copies of well-known
// modules, has their own tests run before and after, and measures a call of each;
// that takes ten minutes more. With -from it measures nothing else, but makes the page
// of a report.json, one that somebody has sent say. With -publish it also writes what
// the repository shows: the pictures in charts, the page bench/MEASUREMENTS.md and the
// table of figures in README.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	var opts options
	dir := flag.String("o", "out", "directory to write to")
	flag.BoolVar(&opts.quick, "quick", false, "fewer rounds: less than 40 seconds")
	flag.BoolVar(&opts.adopters, "adopters", false, "also show real code with its import of package sync exchanged; ten minutes more")
	flag.StringVar(&opts.from, "from", "", "make the page of this report.json instead of measuring")
	flag.BoolVar(&opts.publish, "publish", false, "also write the pictures, the page and the figures that the repository shows")
	flag.StringVar(&opts.backend, "backend", "", "fail unless package percpu has this backend (default: take any)")
	flag.Parse()
	if err := run(opts, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(opts options, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	p := newProgress(os.Stderr)
	defer p.end()
	m, err := opts.load()
	if m == nil && err == nil {
		m, err = measure(opts, p)
	}
	if err == nil && opts.adopters {
		m.Adopters, err = measureAdopters(opts, p.step)
	}
	if err != nil {
		return err
	}
	page, err := m.page()
	if err != nil {
		return err
	}
	files := map[string]func(io.Writer) error{
		filepath.Join(dir, "index.html"):  page.writeHTML,
		filepath.Join(dir, "report.md"):   page.writeMarkdown,
		filepath.Join(dir, "report.json"): m.writeJSON,
	}
	if opts.publish {
		if err := m.publish(page, files); err != nil {
			return err
		}
	}
	for name, write := range files {
		if err := writeFile(name, write); err != nil {
			return err
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n\nTo let us know what this machine does, attach this file to %s:\n%s\n",
		filepath.Join(abs, "index.html"), newIssue, filepath.Join(abs, "report.json"))
	return nil
}

// load reads a measurement that was made before, if one is to be shown.
func (o options) load() (*measurement, error) {
	if o.from == "" {
		return nil, nil
	}
	text, err := os.ReadFile(o.from)
	if err != nil {
		return nil, err
	}
	m := new(measurement)
	if err := json.Unmarshal(text, m); err != nil || len(m.Sets) == 0 {
		return nil, fmt.Errorf("%s is no report of this program (%v)", o.from, err)
	}
	return m, nil
}

const newIssue = "https://github.com/percpu-go/percpu/issues/new?template=cost.yml"

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func (m *measurement) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(m)
}
