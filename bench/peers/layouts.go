package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/percpu-go/percpu/bench"
)

// runLayouts builds this program n times, from the source in the working
// directory, and runs each. The linker puts the functions in another order each
// time, and so in other places relative to cache lines and to each other: in
// that two runs of one binary agree and two programs of the same source don't.
func runLayouts(n int, args []string) (*Report, error) {
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var reports []*Report
	for seed := range n {
		fmt.Fprintf(os.Stderr, "layout %d of %d\n", seed+1, n)
		r, err := runLayout(filepath.Join(dir, "peers"), seed, args)
		if err != nil {
			return nil, fmt.Errorf("layout %d: %w", seed+1, err)
		}
		reports = append(reports, r)
	}
	return sumUp(reports), nil
}

func runLayout(exe string, seed int, args []string) (*Report, error) {
	build := exec.Command("go", "build", fmt.Sprintf("-ldflags=-randlayout=%d", seed+1), "-o", exe, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(build.Args, " "), err, out)
	}
	cmd := exec.Command(exe, append(args, "-layouts=0", "-json")...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: a target was missed
		return nil, err
	}
	var r Report
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&r); err != nil {
		return nil, err
	}
	return &r, nil
}

// sumUp makes one report of those of several layouts: rows have the rounds of
// all, ratios are medians over layouts.
func sumUp(reports []*Report) *Report {
	sum := &Report{Facts: reports[0].Facts, Layouts: reports}
	for g, group := range reports[0].Groups {
		total := Group{Name: group.Name, Parts: group.Parts}
		var results []*bench.Result
		for _, r := range reports {
			if r.Groups[g].Result != nil {
				results = append(results, r.Groups[g].Result)
			}
		}
		total.Result = bench.Join(results...)
		for v, verdict := range group.Verdicts {
			for _, r := range reports {
				verdict.Layouts = append(verdict.Layouts, r.Groups[g].Verdicts[v].Ratio)
			}
			verdict.Ratio = bench.MedianRatio(verdict.Layouts)
			total.Verdicts = append(total.Verdicts, verdict)
		}
		sum.Groups = append(sum.Groups, total)
	}
	return sum
}
