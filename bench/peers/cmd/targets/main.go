// Targets compares package percpu with other implementations and with its own
// targets. From the root of the repository:
//
//	go run -C bench/peers ./cmd/targets -rows counter
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
	"github.com/percpu-go/percpu/bench/peers"
)

func main() {
	var opts options
	rows := flag.String("rows", "counter,memory", "comma-separated groups of rows, of "+strings.Join(groupNames(), ", "))
	flag.StringVar(&opts.backend, "backend", "rseq", "backend that package percpu must have")
	flag.BoolVar(&opts.quick, "quick", false, "fewer rounds: under half a minute")
	flag.IntVar(&opts.rounds, "rounds", 0, "rounds, instead of those of quick or full mode")
	flag.DurationVar(&opts.window, "window", 2*time.Millisecond, "length of a window")
	layouts := flag.Int("layouts", 0, "build and run this many times, each with another order of functions in the program")
	asJSON := flag.Bool("json", false, "write JSON instead of tables")
	flag.Parse()
	groups := expand(strings.Split(*rows, ","))

	var report *peers.Report
	var err error
	if *layouts > 0 {
		report, err = runLayouts(*layouts, os.Args[1:])
	} else {
		report, err = run(opts, groups)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "targets:", err)
		os.Exit(2)
	}
	if *asJSON {
		err = writeJSON(os.Stdout, report)
	} else {
		err = report.Write(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "targets:", err)
		os.Exit(2)
	}
	if report.Missed() {
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

// expand replaces the prefix of several groups' names, such as map, by all of
// them.
func expand(names []string) (all []string) {
	for _, name := range names {
		n := len(all)
		for _, g := range groupNames() {
			if g == name || strings.HasPrefix(g, name+"-") {
				all = append(all, g)
			}
		}
		if len(all) == n {
			all = append(all, name) // run will say that there is none
		}
	}
	return all
}

func groupNames() []string {
	return slices.Concat(peers.RowSets(), peers.MoreRowSets(), []string{"memory", "map-memory", "countermap-memory"})
}

func run(opts options, want []string) (*peers.Report, error) {
	for _, name := range want {
		if !slices.Contains(groupNames(), name) {
			return nil, fmt.Errorf("no rows %q: want some of %s", name, strings.Join(groupNames(), ","))
		}
	}
	host, err := peers.OpenHost(opts.backend)
	if err != nil {
		return nil, err
	}
	report := &peers.Report{Facts: host.Facts()}
	for _, name := range groupNames() {
		if !slices.Contains(want, name) {
			continue
		}
		group, err := measure(host, opts, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		report.Groups = append(report.Groups, group)
	}
	return report, nil
}

func measure(h peers.Host, opts options, name string) (g peers.Group, err error) {
	switch name {
	case "memory":
		return peers.MemoryRows(h)
	case "countermap-memory":
		return peers.CounterMapMemory(), nil
	case "map-memory":
		return peers.MapMemory(), nil
	}
	rows, err := peers.OpenRows(h, name)
	if err != nil {
		return g, err
	}
	result, err := rows.Compare(opts.config())
	if err != nil {
		return g, err
	}
	return rows.Group(result), nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(v)
}
