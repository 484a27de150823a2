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

	"github.com/percpu-go/percpu/bench/peers"
)

// program is this one. It is built by its name in the module that the working
// directory is in.
const program = "github.com/percpu-go/percpu/bench/peers/cmd/targets"

// runLayouts builds this program n times and runs each. The linker puts the functions in another order each
// time, and so in other places relative to cache lines and to each other: in
// that two runs of one binary agree and two programs of the same source don't.
// If n is 0, it runs once, in the linker's own order.
func runLayouts(n int, s setting, args []string) (*peers.Report, error) {
	dir, err := os.MkdirTemp("", "targets")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "targets")
	if n == 0 {
		return runLayout(exe, 0, s, args)
	}
	var reports []*peers.Report
	for seed := range n {
		fmt.Fprintf(os.Stderr, "layout %d of %d\n", seed+1, n)
		r, err := runLayout(exe, seed+1, s, args)
		if err != nil {
			return nil, fmt.Errorf("layout %d: %w", seed+1, err)
		}
		reports = append(reports, r)
	}
	return peers.SumUp(reports), nil
}

// runLayout builds with a seed for the linker; 0 is its own order.
func runLayout(exe string, seed int, s setting, args []string) (*peers.Report, error) {
	build := exec.Command("go", "build", fmt.Sprintf("-ldflags=-randlayout=%d", seed), "-o", exe, program)
	build.Env = append(os.Environ(), s.env...)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(build.Args, " "), err, out)
	}
	// of a flag that is there twice, the last counts
	cmd := exec.Command(exe, append(append(args, s.args...), "-layouts=0", "-settings=", "-json")...)
	cmd.Env = build.Env
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: a target was missed
		return nil, err
	}
	var r peers.Report
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&r); err != nil {
		return nil, err
	}
	return &r, nil
}
