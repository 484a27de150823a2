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
	rows := flag.String("rows", "counter,memory", "comma-separated groups of rows, targets for all that have some, or of "+strings.Join(groupNames(), ", "))
	flag.StringVar(&opts.backend, "backend", "rseq", "backend that package percpu must have")
	flag.BoolVar(&opts.quick, "quick", false, "fewer rounds: under half a minute")
	flag.IntVar(&opts.rounds, "rounds", 0, "rounds, instead of those of quick or full mode")
	flag.DurationVar(&opts.window, "window", 2*time.Millisecond, "length of a window")
	flag.Float64Var(&opts.maxDelay, "maxdelay", 0, "accept windows whose threads waited for a CPU for this share of the time: for machines that others use")
	layouts := flag.Int("layouts", 0, "build and run this many times, each with another order of functions in the program")
	inSettings := flag.String("settings", "", "build and run in each of these settings, of "+strings.Join(settingNames(), ", ")+", or all")
	asJSON := flag.Bool("json", false, "write JSON instead of tables")
	part := flag.String("child", "", "what this program runs itself for, in a process that has done nothing else")
	flag.Parse()
	if *part != "" {
		if err := runChild(*part); err != nil {
			fmt.Fprintln(os.Stderr, "targets:", err)
			os.Exit(2)
		}
		return
	}
	groups := expand(strings.Split(*rows, ","))

	var reports []*peers.Report
	var err error
	switch {
	case *inSettings != "":
		reports, err = runSettings(*inSettings, *layouts, os.Args[1:])
	case *layouts > 0:
		reports = make([]*peers.Report, 1)
		reports[0], err = runLayouts(*layouts, setting{}, os.Args[1:])
	default:
		reports = make([]*peers.Report, 1)
		reports[0], err = run(opts, groups)
	}
	if err == nil {
		err = write(os.Stdout, reports, *asJSON, *inSettings != "")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "targets:", err)
		os.Exit(2)
	}
	if slices.ContainsFunc(reports, (*peers.Report).Missed) {
		os.Exit(1)
	}
}

// write writes what was measured, in each setting if there are several, and a summary of
// all at the end.
func write(w io.Writer, reports []*peers.Report, asJSON, severalSettings bool) error {
	if asJSON && severalSettings {
		return writeJSON(w, reports)
	}
	if asJSON {
		return writeJSON(w, reports[0])
	}
	for _, r := range reports {
		if severalSettings {
			fmt.Fprintf(w, "# %s\n\n", r.Setting)
		}
		if err := r.Write(w); err != nil {
			return err
		}
		if severalSettings {
			fmt.Fprintln(w)
		}
	}
	return peers.WriteSummary(w, reports)
}

type options struct {
	backend string
	quick   bool
	rounds  int
	window  time.Duration

	maxDelay float64 // 0 is what suits the rows
}

// config returns the harness's configuration for the rows of a group.
func (o options) config() bench.Config {
	cfg := bench.Config{Rounds: 600, Window: o.window, MaxDelay: o.maxDelay}
	if o.quick {
		cfg.Rounds = 80
	}
	if o.rounds > 0 {
		cfg.Rounds = o.rounds
	}
	return cfg
}

// expand replaces the prefix of several groups' names, such as map, by all of
// them if it is not a name itself, and targets by all groups that this module's targets are of.
func expand(names []string) (all []string) {
	for _, name := range names {
		if name == "targets" {
			all = append(all, peers.TargetSets()...)
			continue
		}
		n := len(all)
		for _, g := range groupNames() {
			if strings.HasPrefix(g, name+"-") && !slices.Contains(groupNames(), name) {
				all = append(all, g)
			}
		}
		if len(all) == n {
			all = append(all, name) // or run will say that there is none
		}
	}
	return all
}

func groupNames() []string {
	return slices.Concat(peers.RowSets(), peers.MoreRowSets(), []string{"pauses", "lockwaits", "firstuse", "shutcosts", "onesize", "manycpus", "adopters", "memory", "map-memory", "countermap-memory", "histogram-memory"})
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
		more, err := measure(host, opts, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		report.Groups = append(report.Groups, more...)
	}
	return report, nil
}

func measure(h peers.Host, opts options, name string) ([]peers.Group, error) {
	one := func(g peers.Group, err error) ([]peers.Group, error) { return []peers.Group{g}, err }
	switch name {
	case "memory":
		return one(peers.MemoryRows(h))
	case "countermap-memory":
		return one(peers.CounterMapMemory(), nil)
	case "histogram-memory":
		return one(peers.HistogramMemory(), nil)
	case "map-memory":
		return one(peers.MapMemory(), nil)
	case "onesize":
		return one(peers.OneEntrySizes(), nil)
	case "pauses":
		return one(peers.Pauses(h, opts.quick), nil)
	case "lockwaits":
		return one(peers.LockWaits(opts.quick, lockWaitsChild))
	case "firstuse":
		return one(peers.FirstUses(firstUseChild))
	case "shutcosts":
		return one(peers.ShutCosts(h), nil)
	case "manycpus":
		return one(peers.ManyCPUs(manyCPUsChild))
	case "adopters":
		return peers.Adopters(h, opts.config())
	}
	rows, err := peers.OpenRows(h, name)
	if err != nil {
		return nil, err
	}
	more, check := []bench.Impl(nil), func() error { return nil }
	if name == "counter" {
		more, check = inC()
	}
	result, err := rows.Compare(opts.config(), more...)
	if err == nil {
		err = check()
	}
	if err != nil {
		return nil, err
	}
	return one(rows.Group(result), nil)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(v)
}
