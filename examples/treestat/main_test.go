package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/examples/internal/console"
	"github.com/percpu-go/percpu/primitives"
)

// asProgram makes this test binary be treestat. A backend is selected once for
// a process, so each -backend needs a process of its own.
const asProgram = "TREESTAT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// start runs treestat as a process.
func start(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	switch runtime.GOOS {
	case "js", "wasip1", "ios":
		t.Skipf("no processes on %s", runtime.GOOS)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// testProgram is treestat in this process, with small blocks, and where its
// output goes.
func testProgram() (p *program, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &program{
		stdout:  stdout,
		console: console.New(stderr),
		open:    openFile,
		reopen:  openFile,
		workers: 4,
		block:   5,
	}, stdout, stderr
}

func parse(t *testing.T, output string) report {
	t.Helper()
	var r report
	dec := json.NewDecoder(strings.NewReader(output))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		t.Fatalf("%v in\n%s", err, output)
	}
	return r
}

func TestCountsSmallTree(t *testing.T) {
	dir, want := smallTree(t)
	p, stdout, stderr := testProgram()
	if status := p.run(t.Context(), []string{"-json", "-verify", dir}); status != exitOK {
		t.Fatalf("status %d: %s", status, stderr)
	}
	r := parse(t, stdout.String())
	wantResult(t, r.result, want)
	if len(r.Roots) != 1 || r.Roots[0] != dir || r.Workers != 4 || r.Interrupted {
		t.Errorf("roots %v, workers %d, interrupted %t", r.Roots, r.Workers, r.Interrupted)
	}
	if v := r.Verification; v == nil || v.Numbers != 7+4*len(want.Extensions) || len(v.Differences) != 0 {
		t.Errorf("verification %+v, want %d numbers and no differences", v, 7+4*len(want.Extensions))
	}
	if stderr.Len() != 0 {
		t.Errorf("standard error: %s", stderr)
	}
}

func TestCountsATreeAsOftenAsItIsGiven(t *testing.T) {
	dir, want := smallTree(t)
	p, stdout, stderr := testProgram()
	if status := p.run(t.Context(), []string{"-json", "-verify", dir, dir}); status != exitOK {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if r := parse(t, stdout.String()); r.Files != 2*want.Files || r.Dirs != 2*want.Dirs || r.Words != 2*want.Words {
		t.Errorf("%+v, want twice %+v", r.result, want)
	}
}

func TestVerifyCatchesMiscounts(t *testing.T) {
	dir, want := smallTree(t)
	for name, contents := range map[string]string{
		"one byte":       wordsTxt + "s",
		"one word":       strings.Replace(wordsTxt, " ", "x", 1),
		"one line":       strings.Replace(wordsTxt, "\n", " ", 1),
		"one line fewer": strings.Replace(wordsTxt, "\n", "", 1),
	} {
		t.Run(name, func(t *testing.T) {
			p, stdout, stderr := testProgram()
			p.open = replacing("words.txt", contents)
			if status := p.run(t.Context(), []string{"-verify", dir}); status != exitFailure {
				t.Errorf("status %d, want %d", status, exitFailure)
			}
			if !strings.Contains(stdout.String(), " numbers differ") {
				t.Errorf("no verdict in\n%s", stdout)
			}
			if !strings.Contains(stderr.String(), "verify: .txt ") {
				t.Errorf("no difference of .txt on standard error:\n%s", stderr)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		p, stdout, _ := testProgram()
		p.open = replacing("words.txt", wordsTxt)
		if status := p.run(t.Context(), []string{"-verify", dir}); status != exitOK {
			t.Errorf("status %d, want %d", status, exitOK)
		}
		if !strings.Contains(stdout.String(), "numbers equal") || want.Skipped != 0 {
			t.Errorf("no verdict in\n%s", stdout)
		}
	})
}

func TestMissingDir(t *testing.T) {
	dir, _ := smallTree(t)
	missing := filepath.Join(dir, "missing")
	notDir := filepath.Join(dir, "words.txt")
	p, stdout, stderr := testProgram()
	p.open = func(path string) (file, error) {
		t.Errorf("opened %s", path)
		return nil, errors.New("too early")
	}
	if status := p.run(t.Context(), []string{dir, missing, notDir}); status != exitFailure {
		t.Errorf("status %d, want %d", status, exitFailure)
	}
	for _, path := range []string{missing, notDir} {
		if !strings.Contains(stderr.String(), path) {
			t.Errorf("%s is not mentioned:\n%s", path, stderr)
		}
	}
	if stdout.Len() != 0 {
		t.Errorf("standard output: %s", stdout)
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
		stderr string
	}{
		{[]string{"-h"}, exitOK, "usage: treestat"},
		{[]string{"-nonsense"}, exitUsage, "usage: treestat"},
		{[]string{"-top", "-1"}, exitUsage, "want 0 or more"},
	} {
		p, _, stderr := testProgram()
		if status := p.run(t.Context(), tt.args); status != tt.status {
			t.Errorf("%q: status %d, want %d", tt.args, status, tt.status)
		}
		if !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("%q: %q is not in\n%s", tt.args, tt.stderr, stderr)
		}
	}
}

func TestInterrupted(t *testing.T) {
	dir, want := smallTree(t)
	t.Run("while counting", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		p, stdout, stderr := testProgram()
		p.workers = 1
		p.open = func(path string) (file, error) {
			f, err := openFile(path)
			if err == nil && filepath.Base(path) == "words.txt" {
				interrupt()
				return readerFile{f, endless{}}, nil // ends by being stopped only
			}
			return f, err
		}
		if status := p.run(ctx, []string{"-json", "-verify", dir}); status != exitInterrupted {
			t.Errorf("status %d, want %d: %s", status, exitInterrupted, stderr)
		}
		r := parse(t, stdout.String())
		if !r.Interrupted || r.Verification != nil || r.Files >= want.Files || r.Bytes > want.Bytes || r.Skipped != 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("in a read that hangs", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		release := make(chan struct{})
		defer close(release)
		p, stdout, _ := testProgram()
		p.open = func(path string) (file, error) {
			if filepath.Base(path) == "words.txt" {
				interrupt()
				<-release
			}
			return openFile(path)
		}
		if status := p.run(ctx, []string{dir}); status != exitInterrupted {
			t.Errorf("status %d, want %d", status, exitInterrupted)
		}
		if !strings.HasPrefix(stdout.String(), "interrupted") {
			t.Errorf("not marked:\n%s", stdout)
		}
	})
	t.Run("while verifying", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		p, stdout, _ := testProgram()
		p.reopen = func(path string) (file, error) {
			interrupt()
			return openFile(path)
		}
		if status := p.run(ctx, []string{"-verify", dir}); status != exitInterrupted {
			t.Errorf("status %d, want %d", status, exitInterrupted)
		}
		if !strings.Contains(stdout.String(), "verify: interrupted") {
			t.Errorf("not marked:\n%s", stdout)
		}
	})
}

// TestBackends runs the program on each backend that can be had.
func TestBackends(t *testing.T) {
	dir, want := smallTree(t)
	for _, c := range primitives.Candidates() {
		t.Run("backend="+c.Name, func(t *testing.T) {
			status, stdout, stderr := start(t, nil, "-backend", c.Name, "-json", "-verify", dir)
			if _, err := c.Open(); err != nil {
				if os.Getenv("PERCPU_REQUIRE") == c.Name {
					t.Fatalf("required, but %v", err)
				}
				wantRejected(t, c.Name, status, stdout, stderr)
				return
			}
			if status != exitOK {
				t.Fatalf("status %d: %s", status, stderr)
			}
			r := parse(t, stdout)
			if r.Backend != c.Name {
				t.Errorf("ran on %s", r.Backend)
			}
			wantResult(t, r.result, want)
		})
	}
}

// TestFlagBeatsEnvironment also shows that the environment counts without it.
func TestFlagBeatsEnvironment(t *testing.T) {
	dir, _ := smallTree(t)
	env := []string{primitives.BackendEnv + "=atomic"}
	if _, stdout, _ := start(t, env, "-json", dir); parse(t, stdout).Backend != "atomic" {
		t.Errorf("%s has no effect:\n%s", env, stdout)
	}
	env = []string{primitives.BackendEnv + "=nonsense"}
	if _, stdout, _ := start(t, env, "-json", "-backend", "atomic", dir); parse(t, stdout).Backend != "atomic" {
		t.Errorf("-backend has no effect:\n%s", stdout)
	}
	status, stdout, stderr := start(t, env, dir)
	wantRejected(t, "nonsense", status, stdout, stderr)
}

// wantRejected checks that a forced backend failed loudly.
func wantRejected(t *testing.T, name string, status int, stdout, stderr string) {
	t.Helper()
	if status != exitFailure {
		t.Errorf("status %d, want %d", status, exitFailure)
	}
	if stdout != "" {
		t.Errorf("standard output: %s", stdout)
	}
	if !strings.Contains(stderr, "no backend for ") || !strings.Contains(stderr, `"`+name+`":`) {
		t.Errorf("%s is not named:\n%s", name, stderr)
	}
	for _, c := range primitives.Candidates() {
		if !strings.Contains(stderr, "\n\t"+c.Name+": ") {
			t.Errorf("no rejection of %s:\n%s", c.Name, stderr)
		}
	}
}
