package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/percpu-go/percpu/examples/internal/console"
	"github.com/percpu-go/percpu/primitives"
)

// asProgram makes this test binary be hotkeys. A backend is selected once for
// a process, so each -backend needs a process of its own.
const asProgram = "HOTKEYS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// start runs hotkeys as a process.
func start(t *testing.T, env []string, stdin string, args ...string) (status int, stdout, stderr string) {
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
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// testProgram is hotkeys in this process, with small blocks, and where its output
// goes.
func testProgram(stdin io.Reader) (p *program, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &program{stdin: stdin, stdout: stdout, console: console.New(stderr), workers: 4, block: 7}, stdout, stderr
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

// access is the log of a small server; the last line has no end.
const access = `10.0.0.1 - - "GET / HTTP/1.1" 200
10.0.0.2 - - "GET /about HTTP/1.1" 200
10.0.0.1 - - "GET /favicon.ico HTTP/1.1" 404

	10.0.0.3	- - "GET / HTTP/1.1" 200
10.0.0.1 - - "POST / HTTP/1.1" 500`

func write(t *testing.T, name, contents string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(contents), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCounts counts the same by file and by standard input, and both together.
func TestCounts(t *testing.T) {
	file := write(t, "access.log", access)
	clients := []keyCount{{"10.0.0.1", 3}, {"10.0.0.2", 1}, {"10.0.0.3", 1}}
	words := []keyCount{{"-", 10}, {`HTTP/1.1"`, 5}, {`"GET`, 4}, {"/", 3}}
	for _, tt := range []struct {
		args  []string
		times int64
		total int64
		keys  int
		top   []keyCount
	}{
		{[]string{"-field", "1", file}, 1, 5, 3, clients},
		{[]string{"-field", "1"}, 1, 5, 3, clients},
		{[]string{"-field", "1", file, "-", file}, 3, 5, 3, clients},
		{[]string{"-field", "6", "-top", "0", file}, 1, 5, 1, []keyCount{{`HTTP/1.1"`, 5}}},
		{[]string{"-field", "7", "-top", "1", file}, 1, 5, 3, []keyCount{{"200", 3}}},
		{[]string{"-field", "8", file}, 1, 0, 0, nil},
		{[]string{"-top", "4", "-"}, 1, 35, 12, nil},
		{[]string{"-top", "4", file, file}, 2, 35, 12, nil},
	} {
		p, stdout, stderr := testProgram(iotest.HalfReader(strings.NewReader(access)))
		if status := p.run(t.Context(), append([]string{"-json", "-verify"}, tt.args...)); status != exitOK {
			t.Fatalf("%q: status %d: %s", tt.args, status, stderr)
		}
		r := parse(t, stdout.String())
		if tt.top == nil && tt.total > 0 {
			tt.top = words
			tt.keys = r.Keys // the verification counts them
		}
		for i := range tt.top {
			tt.top[i].Count *= tt.times
		}
		if r.Bytes != tt.times*int64(len(access)) || r.Total != tt.times*tt.total || r.Keys != tt.keys || r.Other != 0 || !slices.Equal(r.Top, tt.top) {
			t.Errorf("%q: %+v, want %+v", tt.args, r.result, tt)
		}
		for i := range tt.top {
			tt.top[i].Count /= tt.times
		}
		if v := r.Verification; v == nil || len(v.Differences) != 0 || v.Numbers != 4+r.Keys {
			t.Errorf("%q: verification %+v", tt.args, v)
		}
		if stderr.Len() != 0 {
			t.Errorf("%q: standard error: %s", tt.args, stderr)
		}
	}
}

func TestMaxKeys(t *testing.T) {
	p, stdout, stderr := testProgram(strings.NewReader(strings.Repeat(access+"\n", 50)))
	p.workers = 1
	if status := p.run(t.Context(), []string{"-json", "-verify", "-field", "1", "-max-keys", "2"}); status != exitOK {
		t.Fatalf("status %d: %s", status, stderr)
	}
	r := parse(t, stdout.String())
	if want := []keyCount{{"10.0.0.1", 150}, {"10.0.0.2", 50}}; r.Keys != 2 || r.Other != 50 || r.Total != 250 || !slices.Equal(r.Top, want) {
		t.Errorf("%+v", r.result)
	}
	if v := r.Verification; v == nil || v.Numbers != 5 || len(v.Differences) != 0 {
		t.Errorf("%+v", v)
	}
}

// TestFailures: what could be read is counted, what could not is reported.
func TestFailures(t *testing.T) {
	t.Run("missing", func(t *testing.T) {
		missing := filepath.Join(t.TempDir(), "missing")
		p, stdout, stderr := testProgram(strings.NewReader(access))
		if status := p.run(t.Context(), []string{"-", missing, t.TempDir(), "-"}); status != exitFailure || stdout.Len() != 0 {
			t.Errorf("status %d, standard output %s", status, stdout)
		}
		for _, what := range []string{missing, "is a directory", "only once"} {
			if !strings.Contains(stderr.String(), what) {
				t.Errorf("%s is not mentioned:\n%s", what, stderr)
			}
		}
	})
	t.Run("broken", func(t *testing.T) {
		broken := errors.New("medium error")
		p, stdout, stderr := testProgram(io.MultiReader(strings.NewReader("a b a b "), iotest.ErrReader(broken)))
		file := write(t, "f", "a")
		if status := p.run(t.Context(), []string{"-json", "-", file}); status != exitFailure || !strings.Contains(stderr.String(), broken.Error()) {
			t.Errorf("status %d, standard error %s", status, stderr)
		}
		if r := parse(t, stdout.String()); r.Total != 5 || r.Bytes != 9 {
			t.Errorf("%+v", r.result)
		}
	})
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
		stderr string
	}{
		{[]string{"-h"}, exitOK, "usage: hotkeys"},
		{[]string{"-nonsense"}, exitUsage, "usage: hotkeys"},
		{[]string{"-top", "-1"}, exitUsage, "-top -1: want 0 or more"},
		{[]string{"-field", "-1"}, exitUsage, "-field -1: want 0 or more"},
		{[]string{"-max-keys", "-1"}, exitUsage, "-max-keys -1: want 0 or more"},
	} {
		p, _, stderr := testProgram(nil)
		if status := p.run(t.Context(), tt.args); status != tt.status {
			t.Errorf("%q: status %d, want %d", tt.args, status, tt.status)
		}
		if !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("%q: %q is not in\n%s", tt.args, tt.stderr, stderr)
		}
	}
}

// reader is a Reader that is a function.
type reader func(p []byte) (int, error)

func (f reader) Read(p []byte) (int, error) { return f(p) }

func TestInterrupted(t *testing.T) {
	t.Run("while counting", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		reads := 0
		p, stdout, stderr := testProgram(reader(func(p []byte) (int, error) { // ends by being stopped only
			if reads++; reads == 1000 {
				interrupt()
			}
			runtime.Gosched()
			return copy(p, "a b "), nil
		}))
		if status := p.run(ctx, []string{"-verify"}); status != exitInterrupted || !strings.HasPrefix(stdout.String(), "interrupted") {
			t.Errorf("status %d: %s%s", status, stdout, stderr)
		}
	})
	t.Run("in a read that hangs", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		release := make(chan struct{})
		defer close(release)
		p, stdout, _ := testProgram(reader(func([]byte) (int, error) {
			interrupt()
			<-release
			return 0, io.EOF
		}))
		if status := p.run(ctx, nil); status != exitInterrupted || !strings.HasPrefix(stdout.String(), "interrupted") {
			t.Errorf("status %d: %s", status, stdout)
		}
	})
}

// TestBackends runs the program on each backend that can be had.
func TestBackends(t *testing.T) {
	for _, c := range primitives.Candidates() {
		t.Run("backend="+c.Name, func(t *testing.T) {
			status, stdout, stderr := start(t, nil, access, "-backend", c.Name, "-json", "-verify")
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
			if r := parse(t, stdout); r.Backend != c.Name || r.Total != 35 || len(r.Verification.Differences) != 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestEnvironment: it counts without -backend.
func TestEnvironment(t *testing.T) {
	env := []string{primitives.BackendEnv + "=atomic"}
	if _, stdout, _ := start(t, env, access, "-json"); parse(t, stdout).Backend != "atomic" {
		t.Errorf("%s has no effect:\n%s", env, stdout)
	}
	status, stdout, stderr := start(t, []string{primitives.BackendEnv + "=nonsense"}, access)
	wantRejected(t, "nonsense", status, stdout, stderr)
}

// wantRejected checks that a forced backend failed loudly.
func wantRejected(t *testing.T, name string, status int, stdout, stderr string) {
	t.Helper()
	if status != exitFailure || stdout != "" || !strings.Contains(stderr, "no backend for ") || !strings.Contains(stderr, `"`+name+`":`) {
		t.Errorf("status %d, want %d\nstandard output: %s\nstandard error: %s", status, exitFailure, stdout, stderr)
	}
}
