// Hotkeys counts the words of texts, or one field of the lines of logs, with all
// CPUs, and prints the most frequent ones.
//
//	go run github.com/percpu-go/percpu/examples/hotkeys [flags] [FILE …]
//
// Without a FILE, and for the FILE -, it reads standard input. The flags are
//
//	-backend auto|rseq|atomic   of the counters; without it PERCPU_BACKEND decides
//	-field N                    count only the Nth word of each line, from 1
//	-json                       print one JSON object
//	-max-keys N                 count at most N keys, and all others together
//	-top N                      print the N most frequent keys (10), 0 for all
//	-verify                     count again with a map under a mutex, and compare
//
// So this prints the clients that sent the most requests, of however many there
// are in however many gigabytes:
//
//	hotkeys -field 1 -max-keys 1000000 access.log
//
// Every word is added to one primitives.CounterMap when it is seen, by whatever CPU
// sees it. In texts and logs a few keys make up most of it: with a mutex around
// the map, or with an atomic.Int64 for each key, the CPUs would mostly wait for
// each other.
//
// # What is counted
//
// A word is a maximal run of bytes that are not ASCII white space (space, \t, \n,
// \v, \f, \r), as in treestat and wc. Words are told apart by their bytes: case and
// punctuation count. Lines without an Nth word count for nothing. With -field a
// line, and without it a word, must fit into memory.
//
// With -max-keys, keys that come first have a count of their own, and keys that
// come when there is no more room are counted as "other". A key that is not among
// the first N and that makes up most of the input is not found that way.
//
// A FILE that can't be read to its end is reported on standard error; what was
// read of it counts.
//
// # Verification
//
// -verify reads the input once more, from a copy in a temporary file if it is
// standard input, and counts it by other code and under a mutex. It reports how
// long that took; both times are of reading, splitting and counting.
//
// # Exit status
//
// 0 if all has been counted; 1 if a FILE can't be read, the backend can't be had,
// or the verification finds a difference (as it may if files change meanwhile);
// 2 for wrong usage; 130 after an interrupt, with what was counted until then
// printed.
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
	"github.com/percpu-go/percpu/primitives"
)

const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program with its surroundings: signals, files, the CPUs.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	p := program{
		stdin:   stdin,
		stdout:  stdout,
		console: console.New(stderr),
		workers: runtime.GOMAXPROCS(0),
		block:   256 << 10,
	}
	return p.run(ctx, args)
}

// program is hotkeys without its surroundings.
type program struct {
	stdin   io.Reader
	stdout  io.Writer
	console *console.Console
	workers int
	block   int // bytes to read at once
}

type flags struct {
	backend string
	field   int
	json    bool
	maxKeys int
	top     int
	verify  bool
	files   []string
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
		p.console.Printf("hotkeys: %v", err)
		return exitFailure
	}
	in, err := p.open(f)
	if err != nil {
		p.console.Printf("hotkeys: %v", err)
		return exitFailure
	}
	defer in.close()

	r := p.count(ctx, f, in)
	r.describe(selection)
	if f.verify && !r.Interrupted {
		r.Verification = p.verify(ctx, f, in, r)
	}
	if err := r.write(p.stdout, f); err != nil {
		p.console.Printf("hotkeys: %v", err)
		return exitFailure
	}
	return p.status(r)
}

// count counts the input and returns what it counted, also if it was interrupted.
func (p *program) count(ctx context.Context, f flags, in *input) *report {
	c := newCounts(f)
	start := time.Now()
	stop := p.console.Live(func() string { return c.progress(time.Since(start)) })
	failures := p.countAll(ctx, c, f.field, in)
	stop()
	r := &report{Files: in.names, Workers: p.workers, Interrupted: ctx.Err() != nil, failed: len(failures) > 0}
	for _, err := range failures {
		p.console.Printf("hotkeys: %v", err)
	}
	r.result = c.load()
	r.elapsed(time.Since(start))
	return r
}

// status is the exit status after a report. It says what differs.
func (p *program) status(r *report) int {
	v := r.Verification
	switch {
	case r.Interrupted || v != nil && v.Interrupted:
		return exitInterrupted
	case v != nil && len(v.Differences) > 0:
		for _, d := range v.Differences {
			p.console.Printf("verify: %s", d)
		}
		return exitFailure
	case r.failed:
		return exitFailure
	}
	return exitOK
}

func parseFlags(args []string, w io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("hotkeys", flag.ContinueOnError)
	set.SetOutput(w)
	set.Usage = func() {
		fmt.Fprintln(w, "usage: hotkeys [flags] [FILE …]")
		set.PrintDefaults()
	}
	set.StringVar(&f.backend, "backend", "", "`name` of the backend: "+backend.Auto+", rseq or atomic (default $PERCPU_BACKEND)")
	set.IntVar(&f.field, "field", 0, "count only the `N`th word of each line")
	set.BoolVar(&f.json, "json", false, "print one JSON object")
	set.IntVar(&f.maxKeys, "max-keys", 0, "count at most `N` keys, and all others together; 0 for no bound")
	set.IntVar(&f.top, "top", 10, "print the `N` most frequent keys, 0 for all")
	set.BoolVar(&f.verify, "verify", false, "count again with a map under a mutex, and compare")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"field", f.field}, {"max-keys", f.maxKeys}, {"top", f.top}} {
		if n.value < 0 {
			err := fmt.Errorf("-%s %d: want 0 or more", n.name, n.value)
			fmt.Fprintf(w, "hotkeys: %v\n", err)
			return f, err
		}
	}
	f.files = set.Args()
	return f, nil
}

// selectBackend selects the default backend: the named one, or if name is empty
// what the environment asks for.
func selectBackend(name string) (backend.Selection, error) {
	if name == "" {
		return primitives.Default()
	}
	return primitives.UseBackend(name)
}
