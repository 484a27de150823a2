package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are what was asked for.
type options struct {
	patterns []string // of packages
	testArgs []string // for go test

	write, undo        bool
	counters, api, all bool
	test               bool
	bench, benchtime   string
	rounds             int
	profile            string
	tags               string
	percpu             string // a checkout
	keep, json         bool
}

// parseOptions writes what is wrong with args to stderr.
func parseOptions(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	if i := slices.Index(args, "--"); i >= 0 {
		args, o.testArgs = args[:i], args[i+1:]
	}
	set := flag.NewFlagSet("adopt", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprintln(stderr, "usage: adopt [flags] [packages] [-- flags of go test]")
		set.PrintDefaults()
	}
	set.BoolVar(&o.write, "w", false, "write the changes to the module")
	set.BoolVar(&o.undo, "undo", false, "take the last -w back")
	set.BoolVar(&o.counters, "counters", false, "change atomic integers that are only counters, too")
	set.BoolVar(&o.api, "api", false, "also counters that are exported")
	set.BoolVar(&o.all, "all", false, "also change imports where it makes no difference")
	set.BoolVar(&o.test, "test", true, "run the tests before and after")
	set.StringVar(&o.bench, "bench", "", "run the benchmarks that match `regexp` before and after")
	set.StringVar(&o.benchtime, "benchtime", "100ms", "how long a benchmark runs each time")
	set.IntVar(&o.rounds, "rounds", 10, "how often each benchmark runs")
	set.StringVar(&o.profile, "profile", "", "say what a mutex, block or CPU profile in `file` is about")
	set.StringVar(&o.tags, "tags", "", "build `tags`, separated by commas")
	set.StringVar(&o.percpu, "percpu", "", "a checkout of percpu in `dir`")
	set.BoolVar(&o.keep, "keep", false, "keep the copies")
	set.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	o.patterns = set.Args()
	err := o.check()
	set.Visit(func(f *flag.Flag) {
		if f.Name == "profile" && o.profile == "" { // of a shell's variable that is not set, say
			err = errors.New("-profile: no file is named")
		}
	})
	if err != nil {
		fmt.Fprintf(stderr, "adopt: %v\n", err)
		return nil, err
	}
	if len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	return o, nil
}

func (o *options) check() error {
	if _, err := regexp.Compile(o.bench); err != nil {
		return fmt.Errorf("-bench: %w", err)
	}
	for _, p := range o.patterns {
		if strings.HasPrefix(p, "-") {
			return fmt.Errorf("%s is behind a package: flags stand before the packages, those of go test behind --", p)
		}
	}
	switch {
	case o.undo && (o.write || len(o.patterns) > 0):
		return fmt.Errorf("-undo takes back all that the last -w wrote, and goes with nothing else")
	case o.rounds < 1:
		return fmt.Errorf("-rounds %d: at least 1", o.rounds)
	case !isBenchtime(o.benchtime):
		return fmt.Errorf("-benchtime %s: a time, as 100ms, or a number of times, as 1000x", o.benchtime)
	case o.api && !o.counters:
		return fmt.Errorf("-api is about -counters")
	}
	return nil
}

// isBenchtime reports whether go test knows s as a -benchtime.
func isBenchtime(s string) bool {
	if n, ok := strings.CutSuffix(s, "x"); ok {
		times, err := strconv.ParseInt(n, 10, 0)
		return err == nil && times > 0
	}
	d, err := time.ParseDuration(s)
	return err == nil && d > 0
}
