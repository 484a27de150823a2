package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// compare builds both sides, and runs them in turns.
func compare(before, after string, rounds int, with []string) error {
	costs := make(map[string][2][]float64)
	var names []string
	for i, dir := range []string{before, after} {
		if out, err := goOut(dir, "build", "-o", "measure.exe", "./measure"); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		if out, err := goOut(dir, "test", "-c", "-o", "pebble.test", "."); err != nil {
			return fmt.Errorf("side %d: %w\n%s", i, err, out)
		}
	}
	for range rounds {
		for side, dir := range []string{before, after} {
			lines, err := measure(dir, with)
			if err != nil {
				return err
			}
			for _, l := range lines {
				c, ok := costs[l.name]
				if !ok {
					names = append(names, l.name)
				}
				c[side] = append(c[side], l.ns)
				costs[l.name] = c
			}
		}
	}
	fmt.Printf("%-36s %22s %22s %8s %8s\n", "", "before, ns: min, median", "after", "minima", "medians")
	for _, name := range names {
		b, a := costs[name][0], costs[name][1]
		slices.Sort(b)
		slices.Sort(a)
		mb, ma := b[len(b)/2], a[len(a)/2]
		fmt.Printf("%-36s %11.1f %10.1f %11.1f %10.1f %8.2f %8.2f\n", name, b[0], mb, a[0], ma, a[0]/b[0], ma/mb)
	}
	return nil
}

type line struct {
	name string
	ns   float64
}

// measure runs one side once: its Get, and pebble's own benchmark of read states.
func measure(dir string, with []string) (lines []line, err error) {
	run := func(name string, args ...string) (string, error) {
		args = slices.Concat(with, []string{filepath.Join(dir, name)}, args)
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		return string(out), err
	}
	out, err := run("measure.exe")
	if err != nil {
		return nil, err
	}
	bench, err := run("pebble.test", "-test.run=^$", "-test.bench=^BenchmarkReadState$", "-test.benchtime=50ms", "-test.cpu=1,2")
	if err != nil {
		return nil, err
	}
	for _, text := range strings.Split(out+bench, "\n") {
		f := strings.Fields(text)
		if len(f) < 4 || f[3] != "ns/op" {
			continue
		}
		ns, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line{f[0], ns})
	}
	return lines, nil
}
