// Treestat counts files, directories, bytes, lines and words of directory
// trees with all CPUs, in total and for each file name extension.
//
//	go run github.com/percpu-go/percpu/examples/treestat [flags] [DIR …]
//
// Without a DIR it counts the source of the Go installation. The flags are
//
//	-backend auto|rseq|atomic   of the counters; without it PERCPU_BACKEND decides
//	-json                       print one JSON object
//	-top N                      print the N largest extensions (20), 0 for all
//	-verify                     count again with plain integers under a mutex, and compare
//
// Everything is counted by primitives.Counter, and by primitives.CounterMap for
// each extension, on purpose in small steps: each line is added to the totals and to
// its extension when it is seen, by whatever CPU sees it. With atomic.Int64 in the same
// places, the CPUs would mostly wait for each other.
//
// # What is counted
//
// As wc does: a line is a newline byte, a word a maximal run of bytes that are
// not ASCII white space (space, \t, \n, \v, \f, \r). GNU wc 9.1 finds fewer words
// in binary files and beside dashes and arrows in UTF-8: in the C locale it wants
// a printable ASCII byte in each.
//
// Symbolic links are not followed, except that a DIR may be one. They and
// whatever else is neither a regular file nor a directory are counted as
// "other". Trees that overlap are counted as often as they are given.
//
// The extension is what follows the last dot of a file's name, with the dot; a
// dot that begins or ends the name makes none.
//
// # What can't be read
//
// A file or directory that can't be read is reported on standard error, and
// counted as skipped. A file counts entirely or not at all: one that fails in
// the middle is taken back. Of a directory that fails in the middle, what was
// listed is counted, and the directory itself is skipped.
//
// # Exit status
//
// 0 if all has been counted, or skipped and reported; 1 if a DIR isn't a
// directory, the backend can't be had, or the verification finds a difference
// (as it may if files change meanwhile); 2 for wrong usage; 130 after an
// interrupt, with what was counted until then printed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/examples/internal/console"
)

const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program with its surroundings: signals, the file system, the CPUs.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	p := program{
		stdout:  stdout,
		console: console.New(stderr),
		open:    openFile,
		reopen:  openFile,
		workers: runtime.GOMAXPROCS(0),
		block:   64 << 10,
	}
	return p.run(ctx, args)
}

// program is treestat without its surroundings.
type program struct {
	stdout  io.Writer
	console *console.Console
	open    opener // for counting
	reopen  opener // for verifying
	workers int
	block   int // bytes to read at once
}

// opener opens a file or directory.
type opener func(path string) (file, error)

type flags struct {
	backend string
	json    bool
	top     int
	verify  bool
	roots   []string
}

func (p *program) run(ctx context.Context, args []string) int {
	f, err := parseFlags(args, p.console)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	selection, err := selectBackend(f.backend)
	if err != nil {
		p.console.Printf("treestat: %v", err)
		return exitFailure
	}
	if f.roots, err = rootDirs(f.roots); err != nil {
		p.console.Printf("treestat: %v", err)
		return exitFailure
	}

	r := p.count(ctx, f.roots)
	r.describe(selection)
	if f.verify && !r.Interrupted {
		r.Verification = p.verify(ctx, f.roots, r.result)
	}
	if err := r.write(p.stdout, f); err != nil {
		p.console.Printf("treestat: %v", err)
		return exitFailure
	}
	return p.status(r)
}

// count walks the trees and returns what it counted, also if it was interrupted.
func (p *program) count(ctx context.Context, roots []string) *report {
	w := newWalker(p)
	start := time.Now()
	stop := p.console.Live(func() string { return progress(w.counts, time.Since(start)) })
	finished := w.walk(ctx, roots)
	stop()
	r := &report{Roots: roots, Workers: p.workers, Interrupted: !finished}
	r.result = w.result()
	r.elapsed(time.Since(start))
	return r
}

// status is the exit status after a report. It says what failed.
func (p *program) status(r *report) int {
	v := r.Verification
	switch {
	case r.Interrupted || v != nil && v.Interrupted:
		return exitInterrupted
	case v != nil && len(v.Differences) > 0:
		for _, d := range v.Differences {
			p.console.Printf("verify: %s", d)
		}
		for _, s := range v.skips {
			p.console.Printf("verify: skipped %s", s)
		}
		return exitFailure
	}
	return exitOK
}

func parseFlags(args []string, w io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("treestat", flag.ContinueOnError)
	set.SetOutput(w)
	set.Usage = func() {
		fmt.Fprintln(w, "usage: treestat [flags] [DIR …]")
		set.PrintDefaults()
	}
	set.StringVar(&f.backend, "backend", "", "`name` of the backend: "+backend.Auto+", rseq or atomic (default $PERCPU_BACKEND)")
	set.BoolVar(&f.json, "json", false, "print one JSON object")
	set.IntVar(&f.top, "top", 20, "print the `N` largest extensions, 0 for all")
	set.BoolVar(&f.verify, "verify", false, "count again with plain integers, and compare")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	if f.top < 0 {
		err := fmt.Errorf("-top %d: want 0 or more", f.top)
		fmt.Fprintf(w, "treestat: %v\n", err)
		return f, err
	}
	f.roots = set.Args()
	return f, nil
}
