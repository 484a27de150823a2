// Adopt tries percpu in your module: it changes the imports of package sync in a
// copy, builds and tests it, measures it against the module as it is, and says
// what it found. Your module is written to only if you say so, and gets back
// exactly what it had.
//
//	go run github.com/percpu-go/percpu/examples/adopt@latest [flags] [packages] [-- flags of go test]
//
// Without flags it changes the import in each file that uses something which
// percpu's package sync has of its own, in a copy in the folder for temporary
// files, and leaves files as they are where the change doesn't compile or might
// not do the same, each with the reason. Then it runs the tests of the packages
// that this reaches, before and after. What is behind "--" goes to go test:
//
//	adopt ./... -- -short -race
//
// Flags:
//
//	-w               write the changes, go.mod and go.sum too, if all is well
//	-undo            take the last -w back, to the byte; a file edited since is left and named
//	-counters        change atomic integers that are only counters to primitives.Counter
//	-api             also those that are exported, which other modules may use
//	-all             also change imports where it makes no difference
//	-test=false      don't run tests
//	-bench regexp    run these benchmarks, before and after in turn, on one CPU and on all
//	-benchtime t     for how long each time (default 100ms), as go test knows it
//	-rounds n        how often (default 10)
//	-profile file    say which locks, maps, pools and atomics a mutex, block or CPU profile is about
//	-tags list       build tags
//	-percpu dir      a checkout of percpu, instead of the version that adopt itself has
//	-keep            keep the copies, and say where they are
//	-json            print one JSON object
//
// Counters (without -counters they are only listed) are fields and package
// variables of type atomic.Int64, Uint64, Int32 or Uint32 that are added to in
// statements of their own and loaded, and nothing else. A Counter orders nothing:
// it is not for limits, and not for a value that says that something else can be
// read. Where a Load decides something adopt leaves it alone.
//
// Each change stands for itself: git shows it, the compiler has seen it, and the
// reasons that adopt gives are those of the compiler where there are any.
//
// The exit status is 0 if all that was asked was done, 1 if something is wrong:
// no module, one that doesn't compile, is vendored or in a workspace, a working
// tree with changes under -w, tests that fail after the change and didn't before.
// Then nothing is written and nothing left behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	status := run(ctx, os.Args[1:], ".", os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is main for a module at dir.
func run(ctx context.Context, args []string, dir string, stdout, stderr io.Writer) int {
	opts, err := parseOptions(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	line := newProgress(stderr)
	defer line.clear()

	if opts.undo {
		err = undo(ctx, dir, stdout)
	} else {
		var r *report
		r, err = adopt(ctx, opts, dir, line)
		line.clear()
		if r != nil {
			if werr := r.write(stdout, opts.json); err == nil {
				err = werr
			}
			if err == nil {
				err = r.problem()
			}
		}
	}
	line.clear()
	if err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		fmt.Fprintf(stderr, "adopt: %v\n", err)
		return exitFailure
	}
	return exitOK
}
