package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/percpu-go/percpu/bench/peers"
)

const targetsProgram = "github.com/percpu-go/percpu/bench/peers/cmd/targets"

// runOther builds the targets program with the other value of CGO_ENABLED,
// and so, where there is a C compiler, for the other kind of process, and runs
// it. Memory is measured there, too, because nothing else has happened in
// that process. If only the counters can't be measured, the report is of memory.
func runOther(p plan, host peers.Host) (*peers.Report, error) {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "targets")
	build := exec.Command("go", "build", "-o", exe, targetsProgram)
	build.Env = append(os.Environ(), "CGO_ENABLED="+otherCgo())
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(build.Args[:2], " "), err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), max(p.budget/2, 10*time.Second))
	defer cancel()
	memory, err := runTargets(ctx, exe, "-rows=memory", "-backend="+host.Backend())
	if err != nil {
		return nil, err
	}
	counter, err := runTargets(ctx, exe, "-rows=counter", "-backend="+host.Backend(), fmt.Sprint("-rounds=", p.other))
	if err != nil {
		return memory, err
	}
	counter.Groups = append(counter.Groups, memory.Groups...)
	return counter, nil
}

func runTargets(ctx context.Context, exe string, args ...string) (*peers.Report, error) {
	out, err := exec.CommandContext(ctx, exe, append(args, "-json")...).Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%s: took too long: too much noise", args[0])
	}
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: a target was missed
		if exit != nil {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return nil, fmt.Errorf("%s: %w", args[0], err)
	}
	r := new(peers.Report)
	return r, json.Unmarshal(out, r)
}

func otherCgo() string {
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, s := range info.Settings {
			if s.Key == "CGO_ENABLED" && s.Value == "1" {
				return "0"
			}
		}
	}
	return "1"
}

// commit returns what is checked out, or "unknown".
func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	c := strings.TrimSpace(string(out))
	if status, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(status) > 0 {
		c += " and changes"
	}
	return c
}
