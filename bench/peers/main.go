// Peers compares package percpu with other implementations and with its own
// targets:
//
//	cd bench/peers && go run . -rows counter
//
// It exits with status 1 if a target is missed, and 2 if it can't measure. It
// refuses to run where package percpu has another backend than -backend says,
// so that its figures are those of what they are said to be of.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/percpu-go/percpu/bench"
)

func main() {
	var opts options
	rows := flag.String("rows", strings.Join(groupNames(), ","), "comma-separated groups of rows")
	flag.StringVar(&opts.backend, "backend", "rseq", "backend that package percpu must have")
	flag.BoolVar(&opts.quick, "quick", false, "fewer rounds: under half a minute")
	flag.IntVar(&opts.rounds, "rounds", 0, "rounds, instead of those of quick or full mode")
	flag.DurationVar(&opts.window, "window", 2*time.Millisecond, "length of a window")
	layouts := flag.Int("layouts", 0, "build and run this many times, each with another order of functions in the program")
	asJSON := flag.Bool("json", false, "write JSON instead of tables")
	flag.Parse()
	groups := strings.Split(*rows, ",")

	var report *Report
	var err error
	if *layouts > 0 {
		report, err = runLayouts(*layouts, os.Args[1:])
	} else {
		report, err = run(opts, groups)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(2)
	}
	if *asJSON {
		err = writeJSON(os.Stdout, report)
	} else {
		err = report.write(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(2)
	}
	if report.missed() {
		os.Exit(1)
	}
}

type options struct {
	backend string
	quick   bool
	rounds  int
	window  time.Duration
}

// config returns the harness's configuration for the rows of a group.
func (o options) config() bench.Config {
	cfg := bench.Config{Rounds: 600, Window: o.window}
	if o.quick {
		cfg.Rounds = 80
	}
	if o.rounds > 0 {
		cfg.Rounds = o.rounds
	}
	return cfg
}

// groups are the groups of rows that can be asked for.
var groups = []struct {
	name string
	run  func(options, host) (Group, error)
}{
	{"counter", counterRows},
	{"memory", memoryRows},
}

func groupNames() (names []string) {
	for _, g := range groups {
		names = append(names, g.name)
	}
	return names
}

func run(opts options, want []string) (*Report, error) {
	for _, name := range want {
		if !slices.Contains(groupNames(), name) {
			return nil, fmt.Errorf("no rows %q: want some of %s", name, strings.Join(groupNames(), ","))
		}
	}
	host, err := openHost(opts.backend)
	if err != nil {
		return nil, err
	}
	report := &Report{Facts: host.facts()}
	for _, g := range groups {
		if !slices.Contains(want, g.name) {
			continue
		}
		group, err := g.run(opts, host)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
		group.Name = g.name
		report.Groups = append(report.Groups, group)
	}
	return report, nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(v)
}
