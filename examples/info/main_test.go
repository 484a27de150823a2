package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// asProgram makes this test binary be info, main thread included.
const asProgram = "INFO_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// start runs info as a process.
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

func TestBackends(t *testing.T) {
	for _, c := range primitives.Candidates() {
		t.Run("backend="+c.Name, func(t *testing.T) {
			status, stdout, stderr := start(t, nil, "-json", "-backend", c.Name)
			if _, err := c.Open(); err != nil {
				if os.Getenv("PERCPU_REQUIRE") == c.Name {
					t.Fatalf("required, but %v", err)
				}
				wantRejected(t, c.Name, status, stdout, stderr)
				return
			}
			if status != exitOK || stderr != "" {
				t.Fatalf("status %d: %s", status, stderr)
			}
			r := parse(t, stdout)
			if r.Backend != c.Name || r.Error != "" {
				t.Errorf("backend %q, error %q", r.Backend, r.Error)
			}
			isRseq := c.Name == "rseq"
			if r.Memory == nil || r.Memory.Slots < 1 || r.Memory.Groups < 1 && isRseq || r.Stats == nil {
				t.Errorf("memory %+v, stats %+v", r.Memory, r.Stats)
			}
			if (r.Rseq != nil) != isRseq || (r.Fences != nil) != isRseq || (len(r.NotPromised) > 0) != isRseq {
				t.Errorf("rseq %+v, fences %v, not promised %q", r.Rseq, r.Fences, r.NotPromised)
			}
			wantThreads(t, r, 1)
		})
	}
}

func wantThreads(t *testing.T, r report, adds int64) {
	t.Helper()
	if len(r.Threads) != 2 {
		t.Fatalf("threads %+v, want 2", r.Threads)
	}
	a, b := r.Threads[0], r.Threads[1]
	if a.Adds != adds || b.Adds != adds {
		t.Errorf("counted %d and %d, want %d", a.Adds, b.Adds, adds)
	}
	if runtime.GOOS == "linux" && (!a.Main || b.Main || a.TID == b.TID) {
		t.Errorf("%+v and %+v, want the main thread and another one", a, b)
	}
	if r.Rseq != nil && b.Owner != r.Rseq.AreaOwner {
		t.Errorf("the other thread's area is %s, want %s", b.Owner, r.Rseq.AreaOwner)
	}
}

// TestEnvironment: without -backend, the environment decides, and its wish is as
// binding as the flag's.
func TestEnvironment(t *testing.T) {
	_, stdout, _ := start(t, []string{primitives.BackendEnv + "=atomic"}, "-json")
	if r := parse(t, stdout); r.Backend != "atomic" {
		t.Errorf("backend %q, want atomic", r.Backend)
	}
	env := []string{primitives.BackendEnv + "=nonsense"}
	status, stdout, stderr := start(t, env, "-json")
	wantRejected(t, "nonsense", status, stdout, stderr)
	if status, _, stderr := start(t, env, "-backend", "auto"); status != exitOK {
		t.Errorf("-backend auto: status %d: %s", status, stderr)
	}
}

// wantRejected checks that a forced backend failed loudly, and that what could
// be found out is in the JSON on standard output.
func wantRejected(t *testing.T, name string, status int, stdout, stderr string) {
	t.Helper()
	if status != exitFailure {
		t.Errorf("status %d, want %d", status, exitFailure)
	}
	if !strings.Contains(stderr, "no backend for ") || !strings.Contains(stderr, `"`+name+`":`) {
		t.Errorf("%s is not named:\n%s", name, stderr)
	}
	for _, c := range primitives.Candidates() {
		if !strings.Contains(stderr, "\n\t"+c.Name+": ") {
			t.Errorf("no rejection of %s:\n%s", c.Name, stderr)
		}
	}
	r := parse(t, stdout)
	if r.Backend != "" || r.Error == "" || len(r.Rejections) != len(primitives.Candidates()) {
		t.Errorf("backend %q, error %q, rejections %v", r.Backend, r.Error, r.Rejections)
	}
	if r.Feature.GOOS != runtime.GOOS || r.Feature.Rseq.Verdict == "" {
		t.Errorf("feature report %+v", r.Feature)
	}
	wantThreads(t, r, 0)
}

// TestText: also a failure prints the feature report, in text.
func TestText(t *testing.T) {
	for _, name := range []string{"auto", "nonsense"} {
		_, stdout, _ := start(t, nil, "-backend", name)
		for _, line := range []string{"backend ", "atomic hint ", "other thread ", "\n\nplatform "} {
			if !strings.Contains(stdout, line) {
				t.Errorf("-backend %s: no %q in\n%s", name, line, stdout)
			}
		}
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
	}{
		{[]string{"-h"}, exitOK},
		{[]string{"-nonsense"}, exitUsage},
		{[]string{"argument"}, exitUsage},
	} {
		var stdout, stderr bytes.Buffer
		if status := run(tt.args, &stdout, &stderr); status != tt.status {
			t.Errorf("%q: status %d, want %d", tt.args, status, tt.status)
		}
		if stdout.Len() != 0 || stderr.Len() == 0 {
			t.Errorf("%q: %q and %q", tt.args, &stdout, &stderr)
		}
	}
}
