//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const asAdoptEnv = "PERCPU_TEST_AS_ADOPT"

func TestMain(m *testing.M) {
	if os.Getenv(asAdoptEnv) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestInterrupted: who presses Ctrl-C while tests, or a program for the benchmarks, run
// has the module as it was, nothing in any folder, and no process left.
func TestInterrupted(t *testing.T) {
	for _, test := range []struct {
		flag, body string
		sig        syscall.Signal
	}{
		{"-test=true", "func TestLong(*testing.T) { wait() }", syscall.SIGINT},
		{"-bench=.", "func BenchmarkLong(*testing.B) { wait() }", syscall.SIGINT},
		{"-test=true", "func TestLong(*testing.T) { wait() }", syscall.SIGHUP}, // the terminal is closed
	} {
		t.Run(test.flag+"/"+test.sig.String(), func(t *testing.T) {
			if signal.Ignored(test.sig) {
				t.Skip("ignored here, and so by what is started here")
			}
			testInterrupted(t, test.flag, test.body, test.sig)
		})
	}
}

func testInterrupted(t *testing.T, flag, body string, sig syscall.Signal) {
	dir, tmp, started := unpack(t, "tiny"), t.TempDir(), filepath.Join(t.TempDir(), "started")
	put(t, filepath.Join(dir, "long_test.go"), `package tiny

import (
	"os"
	"strconv"
	"testing"
	"time"
)

func wait() {
	if err := os.WriteFile("`+started+`.new", []byte(strconv.Itoa(os.Getpid())), 0o666); err != nil {
		panic(err)
	}
	if err := os.Rename("`+started+`.new", "`+started+`"); err != nil {
		panic(err)
	}
	time.Sleep(time.Minute)
}

var _ testing.TB

`+body+"\n")
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "tiny")
	before := treeHash(t, dir)

	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-w", flag}
	if strings.HasPrefix(flag, "-bench") {
		args = append(args, "-test=false")
	}
	cmd := exec.Command(exe, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asAdoptEnv+"=1", "TMPDIR="+tmp)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	pid := waitForPid(t, started, ended)
	if err := cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	select {
	case err = <-ended:
	case <-time.After(30 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatalf("adopt goes on after %v", sig)
	}
	if cmd.ProcessState.ExitCode() != exitFailure || out.Len() > 0 || errs.String() != "adopt: interrupted\n" {
		t.Errorf("%v, standard output %q, standard error %q", err, &out, &errs)
	}
	if found, err := filepath.Glob(filepath.Join(tmp, "*")); err != nil || len(found) > 0 {
		t.Errorf("left behind: %v %v", found, err)
	}
	if treeHash(t, dir) != before || gitFiles(t, dir) != "" {
		t.Errorf("the module has changed:\n%s%s", git(t, dir, "status"), gitFiles(t, dir))
	}
	// The test binary is nobody's child now, and may have been killed a moment ago.
	for end := time.Now().Add(10 * time.Second); !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the module's test goes on in process %d", pid)
		}
	}
}

// waitForPid returns what the module's test wrote when it began.
func waitForPid(t *testing.T, file string, ended <-chan error) int {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if text, err := os.ReadFile(file); err == nil {
			pid, err := strconv.Atoi(string(text))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
		select {
		case err := <-ended:
			t.Fatalf("adopt has ended: %v", err)
		default:
		}
	}
	t.Fatal("the module's test has not begun")
	return 0
}
