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
	m, err := measure(opts, newProgress(os.Stderr))
	if err != nil {
		return err
	}
	page, err := m.page()
	if err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer) error{
		"index.html":  page.writeHTML,
		"report.md":   page.writeMarkdown,
		"report.json": m.writeJSON,
	} {
		if err := writeFile(filepath.Join(dir, name), write); err != nil {
			return err
		}
	}
	abs, err := filepath.Abs(filepath.Join(dir, "index.html"))
	if err != nil {
		return err
	}
	fmt.Println(abs)
	return nil
}

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
