// Info prints what the per-CPU primitives will do in this process, and why: the
// backend, each rejection of a better one with its cause, the state of threads
// after their first operation, the geometry of memory, and the facts about
// kernel, C library and processor that all this rests on. It also says what is not
// promised, and whether the version of Go is one that nobody has looked at.
//
//	go run github.com/percpu-go/percpu/examples/info [flags]
//
//	-backend auto|rseq|atomic   ask for a backend; without it PERCPU_BACKEND decides
//	-json                       print one JSON object, with the same keys always
//
// The answers depend on how a program is built and started: with cgo or
// without, with which tags, under which filter of system calls. Build this one
// the same way, or copy it into yours.
//
// The exit status is 1 if the backend asked for can't be had. The rejections are
// then on standard error, and what could be found out is printed all the same.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/percpu-go/percpu/backend"
)

const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// init keeps the main goroutine on the main thread, which is a case of its own
// in some processes.
func init() { runtime.LockOSThread() }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("info", flag.ContinueOnError)
	set.SetOutput(stderr)
	want := set.String("backend", "", "`name` of the backend: "+backend.Auto+", rseq or atomic (default $PERCPU_BACKEND)")
	asJSON := set.Bool("json", false, "print one JSON object")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case set.NArg() > 0:
		fmt.Fprintf(stderr, "info: unexpected argument %q\n", set.Arg(0))
		return exitUsage
	}

	selection, selectErr := selectBackend(*want)
	r := examine(selection, selectErr)
	if err := r.write(stdout, *asJSON); err != nil {
		fmt.Fprintf(stderr, "info: %v\n", err)
		return exitFailure
	}
	if selectErr != nil {
		fmt.Fprintf(stderr, "info: %v\n", selectErr)
		return exitFailure
	}
	return exitOK
}
