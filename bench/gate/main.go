// Gate is a regression gate for speed: it measures what the types cost relative
// to each other and to the standard library's, and compares that with a table
// that is checked in.
//
//	go run ./bench/gate            # from the root of the module; half a minute
//	go run ./bench/gate -v         # print all rows, not only those that fail
//	go run ./bench/gate -update    # write what is measured into bench/gate/table.tsv
//
// It exits with status 1 if a row is outside its bounds, and 2 if it can't
// measure. Where there are fewer than two CPUs, or no rseq, it says so and exits
// with 0, or with 1 if PERCPU_REQUIRE=rseq.
//
// # What it is for
//
// It notices what makes an operation half as fast or worse: a method that is no
// longer inlined, a branch or a spill in a section, cells that share a cache
// line. It does not notice a tenth; for that, and for the targets of this module,
// there is bench/peers on a machine that has nothing else to do.
//
// # How it stays quiet
//
// Only ratios are compared, of loops that took turns in one process, because
// nanoseconds differ between machines and from one minute to the next. A row of
// one thread passes if the median of its ratios or the ratio of the minima is
// within the bounds: noise rarely spoils both. A row that fails is measured
// again, longer, up to three times. Where other programs leave no window undisturbed, windows
// with more waiting are accepted, and that is said.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
)

// The main goroutine stays on the main thread, which in some executables can't
// use rseq (see rseqbackend); so nothing is measured there.
func init() { runtime.LockOSThread() }

const defaultTable = "bench/gate/table.tsv"

// Exit statuses.
const (
	statusOK = iota
	statusOutside
	statusCannot
)

func main() {
	var opts options
	flag.BoolVar(&opts.verbose, "v", false, "print all rows")
	flag.BoolVar(&opts.update, "update", false, "write the measured ratios into the table, and keep its tolerances")
	flag.StringVar(&opts.table, "table", "", "table to use instead of the built-in one; with -update the default is "+defaultTable)
	flag.DurationVar(&opts.budget, "budget", 24*time.Second, "time for the first measurement; each that follows takes half of it")
	flag.Parse()
	os.Exit(opts.run(os.Stdout))
}

type options struct {
	verbose bool
	update  bool
	table   string
	budget  time.Duration
}

func (o options) run(out io.Writer) int {
	if o.update && o.table == "" {
		o.table = defaultTable
	}
	t, err := readTable(o.table)
	if err != nil {
		return cannot(out, err)
	}
	if reason := unable(); reason != nil {
		return skip(out, reason)
	}
	m, err := newMeter(o.budget, out)
	if err != nil {
		return cannot(out, err)
	}
	if o.update {
		err := updateTable(t, m.measure, o.table)
		if err != nil {
			return cannot(out, err)
		}
		fmt.Fprintf(out, "gate: wrote %s\n", o.table)
		return statusOK
	}
	verdicts, err := judgeAll(t, m.measure, out)
	if err != nil {
		return cannot(out, err)
	}
	return report(out, verdicts, o.verbose)
}

func cannot(out io.Writer, err error) int {
	fmt.Fprintln(out, "gate: can't measure:", err)
	return statusCannot
}

// unable says why there is nothing to measure here, or nothing.
func unable() error {
	if n := min(runtime.NumCPU(), runtime.GOMAXPROCS(0)); n < threads {
		return fmt.Errorf("%d CPU, needs %d", n, threads)
	}
	if raceEnabled {
		return fmt.Errorf("built with -race, which slows Go's own down and leaves assembly as it is")
	}
	for _, c := range primitives.Candidates() { // Open alone does not know of tag norseq
		if c.Name == rseqbackend.Name {
			_, err := c.Open()
			return err
		}
	}
	return fmt.Errorf("%s is not a candidate", rseqbackend.Name)
}

// skip is loud, so that a gate that never measures is not taken for one that
// is always open.
func skip(out io.Writer, reason error) int {
	if os.Getenv("PERCPU_REQUIRE") == rseqbackend.Name {
		fmt.Fprintf(out, "gate: NOT MEASURED, and PERCPU_REQUIRE=%s: %v\n", rseqbackend.Name, reason)
		return statusOutside
	}
	fmt.Fprintf(out, "gate: SKIPPED, nothing was measured: %v\n", reason)
	return statusOK
}
