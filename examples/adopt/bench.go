package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
)

// benchResult is a benchmark at one number of CPUs, before and after.
type benchResult struct {
	Package, Name string
	CPUs          int
	Before, After float64 // seconds, medians
	Ratio         float64 // of the medians
	Low, High     float64 // of the rounds' ratios
	P             float64 // that both are the same, by Mann and Whitney's test
	Verdict       string
}

// benchBinary is a package's test binary, twice.
type benchBinary struct {
	pkg           string
	before, after benchSide
	names         []string
	rest          string // of the regexp, for sub-benchmarks
}

type benchSide struct{ file, dir string }

// runBenchmarks runs the benchmarks that were asked for, of packages that the
// changes reach: before and after in turn, the first of a round taking turns too,
// on one CPU and on all.
func (a *adoption) runBenchmarks(ctx context.Context) ([]benchResult, string, error) {
	binaries, err := a.benchBinaries(ctx)
	if err != nil {
		return nil, "", err
	}
	if len(binaries) == 0 {
		return nil, "no benchmark of the packages that the change reaches matches " + a.opts.bench, nil
	}
	pins, note := pinnings()
	var out []benchResult
	for _, b := range binaries {
		for _, name := range b.names {
			for _, pin := range pins {
				results, err := a.compare(ctx, b, name, pin)
				if err != nil {
					return nil, "", err
				}
				out = append(out, results...)
			}
		}
	}
	return out, note, nil
}

func (a *adoption) benchBinaries(ctx context.Context) ([]*benchBinary, error) {
	first, rest, _ := strings.Cut(a.opts.bench, "/")
	match, err := regexp.Compile(first)
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{}
	for _, p := range a.pkgs {
		if len(p.GoFiles) > 0 && p.ForTest == "" {
			dirs[p.PkgPath], _ = a.afterName(filepath.Dir(p.GoFiles[0]))
		}
	}
	var out []*benchBinary
	for i, pkg := range a.reached() {
		b := &benchBinary{pkg: pkg, rest: rest}
		a.line.say("building the benchmarks of %s", pkg)
		for _, side := range []struct {
			of   *benchSide
			dir  string
			name string
		}{{&b.before, a.before.dir, "before"}, {&b.after, a.after.dir, "after"}} {
			side.of.file = filepath.Join(a.tmp, fmt.Sprintf("%s-%d.test", side.name, i))
			side.of.dir = filepath.Join(side.dir, dirs[pkg])
			args := append([]string{"test", "-c", "-o", side.of.file}, a.after.buildFlags()...)
			if _, err := goOutput(ctx, side.dir, append(args, pkg)...); err != nil {
				return nil, err
			}
		}
		list, err := command(ctx, b.after.dir, b.after.file, "-test.list", "^Benchmark").Output()
		if err != nil {
			continue // there is no test file, and so no binary
		}
		for name := range strings.Lines(string(list)) {
			if name = strings.TrimSpace(name); strings.HasPrefix(name, "Benchmark") && match.MatchString(name) {
				b.names = append(b.names, name)
			}
		}
		if len(b.names) > 0 {
			out = append(out, b)
		}
	}
	return out, nil
}

// compare runs one benchmark with its sub-benchmarks.
func (a *adoption) compare(ctx context.Context, b *benchBinary, name string, pin pinning) ([]benchResult, error) {
	before, after := map[string][]float64{}, map[string][]float64{}
	var names []string
	for round := range a.opts.rounds {
		a.line.say("%s on %s, round %d of %d", name, plural(pin.cpus, "CPU"), round+1, a.opts.rounds)
		sides := []struct {
			side benchSide
			into map[string][]float64
		}{{b.before, before}, {b.after, after}}
		if round%2 == 1 {
			slices.Reverse(sides)
		}
		for _, s := range sides {
			found, err := a.benchOnce(ctx, s.side, "^"+name+"$", b.rest, pin)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", b.pkg, err)
			}
			for _, f := range found {
				if !slices.Contains(names, f.name) {
					names = append(names, f.name)
				}
				s.into[f.name] = append(s.into[f.name], f.seconds)
			}
		}
	}
	var out []benchResult
	for _, n := range names {
		if len(before[n]) == len(after[n]) && len(before[n]) > 0 {
			r := judgeBenchmark(before[n], after[n])
			r.Package, r.Name, r.CPUs = b.pkg, n, pin.cpus
			out = append(out, r)
		}
	}
	return out, nil
}

type timing struct {
	name    string
	seconds float64
}

func (a *adoption) benchOnce(ctx context.Context, s benchSide, match, rest string, pin pinning) ([]timing, error) {
	if rest != "" {
		match += "/" + rest
	}
	cmd := command(ctx, s.dir, s.file, "-test.run=^$", "-test.bench="+match,
		"-test.benchtime="+a.opts.benchtime, fmt.Sprintf("-test.cpu=%d", pin.cpus))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := pin.run(cmd); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", match, err, tail(stdout.String()+stderr.String(), 8))
	}
	return parseTimings(stdout.Bytes())
}

func parseTimings(text []byte) (out []timing, err error) {
	r := benchfmt.NewReader(bytes.NewReader(text), "go test")
	for r.Scan() {
		rec, ok := r.Result().(*benchfmt.Result)
		if !ok {
			continue // a line that looks like a result, and is a log's
		}
		if v, ok := rec.Value("sec/op"); ok {
			name := string(rec.Name.Full())
			if base, parts := rec.Name.Parts(); len(parts) > 0 && strings.HasPrefix(string(parts[len(parts)-1]), "-") {
				name = string(base)
				for _, p := range parts[:len(parts)-1] {
					name += string(p)
				}
			}
			out = append(out, timing{name, v})
		}
	}
	return out, r.Err()
}

// A difference below smallest is none, however sure it is; one above noticed would be
// one, if it were not likely, by alpha, that it is noise.
const (
	alpha    = 0.01
	smallest = 0.02
	noticed  = 0.10
)

// judgeBenchmark compares rounds that ran in turn.
func judgeBenchmark(before, after []float64) benchResult {
	ratios := make([]float64, len(before))
	for i := range before {
		ratios[i] = after[i] / before[i]
	}
	r := benchResult{Low: slices.Min(ratios), High: slices.Max(ratios)}
	b := benchmath.NewSample(slices.Clone(before), &benchmath.DefaultThresholds)
	c := benchmath.NewSample(slices.Clone(after), &benchmath.DefaultThresholds)
	r.Before = benchmath.AssumeNothing.Summary(b, 0.95).Center
	r.After = benchmath.AssumeNothing.Summary(c, 0.95).Center
	r.Ratio = r.After / r.Before
	r.P = benchmath.AssumeNothing.Compare(b, c).P
	switch {
	case len(before) < 5:
		r.Verdict = "too few rounds to say"
	case r.P >= alpha && (r.Ratio < 1-noticed || r.Ratio > 1+noticed):
		r.Verdict = "too noisy to say"
	case r.P >= alpha || r.Ratio > 1-smallest && r.Ratio < 1+smallest:
		r.Verdict = "no difference"
	case r.Ratio < 1:
		r.Verdict = "faster"
	default:
		r.Verdict = "slower"
	}
	return r
}

// pinning is a set of CPUs to run on.
type pinning struct {
	cpus int
	set  []int // nil for all, without a word to the kernel
}

func unpinned() []pinning {
	if n := runtime.NumCPU(); n > 1 {
		return []pinning{{cpus: 1}, {cpus: n}}
	}
	return []pinning{{cpus: 1}}
}
