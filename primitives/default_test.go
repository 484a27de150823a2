package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// TestHelperReport is run in other processes: it prints what was selected.
func TestHelperReport(t *testing.T) {
	if os.Getenv("PERCPU_TEST_REPORT") == "" {
		t.Skip("for other tests, in a process of its own")
	}
	var s backend.Selection
	var err error
	if names := os.Getenv("PERCPU_TEST_USE"); names != "" {
		for _, name := range strings.Split(names, ",") {
			s, err = primitives.UseBackend(name)
		}
	} else {
		s, err = primitives.Default()
	}
	oneLine := strings.NewReplacer("\n\t", " | ").Replace
	if err != nil {
		fmt.Printf("report: error: %s\n", oneLine(err.Error()))
		defer func() { fmt.Printf("report: panic: %s\n", oneLine(fmt.Sprint(recover()))) }()
	} else {
		fmt.Printf("report: %s, rejected: %v\n", s.Backend.Name(), s.Rejections)
	}
	var c primitives.Counter
	for range 1000 {
		c.Inc()
	}
	fmt.Printf("report: %d\n", c.Load())
	if st := primitives.ReadStats(); err == nil && (st.Backend != s.Backend.Name() || len(st.Rejected) != len(s.Rejections)) {
		t.Errorf("stats %+v after %v, %v", st, s, err)
	}
}

// report runs TestHelperReport by the given command, which is this executable's
// with other surroundings, and returns its lines.
func report(t *testing.T, cmd *exec.Cmd, env ...string) string {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, append(env, "PERCPU_TEST_REPORT=1")...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var lines []string
	for _, line := range strings.Split(string(out), "\n") {
		if rest, ok := strings.CutPrefix(line, "report: "); ok {
			lines = append(lines, rest)
		}
	}
	return strings.Join(lines, "\n")
}

var reportArgs = []string{"-test.run=^TestHelperReport$", "-test.v"}

func TestEnvironment(t *testing.T) {
	exe, err := os.Executable()
	if err != nil || runtime.GOOS == "js" {
		t.Skip("no processes here")
	}
	_, rseqErr := primitives.Candidates()[0].Open()
	for _, tt := range []struct {
		value string
		want  []string
	}{
		{"atomic", []string{`atomic, rejected: [rseq: not asked for, atomic was]`, "1000"}},
		{"nosuch", []string{`error: percpu: no backend for PERCPU_BACKEND="nosuch"`, `unknown backend "nosuch"`, "panic: percpu: "}},
		{"auto PERCPU_TEST_USE=atomic", []string{"atomic, rejected:", "1000"}},
		{"nosuch PERCPU_TEST_USE=atomic", []string{"atomic, rejected:", "1000"}},
		{"nosuch PERCPU_TEST_USE=auto", []string{", rejected:", "1000"}},
		{"auto PERCPU_TEST_USE=atomic,atomic,auto", []string{"atomic, rejected:", "1000"}},
		{"auto PERCPU_TEST_USE=atomic,rseq", []string{"error: percpu/primitives: use rseq: atomic is in use already"}},
		{"auto PERCPU_TEST_USE=atomic,nosuch", []string{`unknown backend "nosuch"`}},
		{"auto PERCPU_TEST_USE=nosuch,atomic", []string{"atomic, rejected:", "1000"}},
		{"auto", []string{"1000"}},
		{"", []string{"1000"}},
		{"rseq", map[bool][]string{
			true:  {"rseq, rejected: []", "1000"},
			false: {`error: percpu: no backend for PERCPU_BACKEND="rseq": | rseq: `, `atomic: not asked for, rseq was`, "panic: percpu: "},
		}[rseqErr == nil]},
	} {
		got := report(t, exec.Command(exe, reportArgs...), strings.Fields(primitives.BackendEnv+"="+tt.value)...)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s=%q: %s\nwant %q", primitives.BackendEnv, tt.value, got, want)
			}
		}
	}
}

// TestWithBackend: a value made with a backend uses it, whatever the default.
func TestWithBackend(t *testing.T) {
	b, err := primitives.Candidates()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if c := primitives.NewCounter(primitives.WithBackend(b)); c.Backend() != b {
		t.Errorf("a counter has backend %v, not its own", c.Backend())
	}
}

// TestReadStats: where rseq is off the reason is in the Stats.
func TestReadStats(t *testing.T) {
	var c primitives.Counter
	c.Inc()
	st := primitives.ReadStats()
	if st.Backend == "" || st.Rejected == nil {
		t.Errorf("%+v", st)
	}
	if st.Backend != "rseq" && (len(st.Rejected) == 0 || !strings.HasPrefix(st.Rejected[0], "rseq: ")) {
		t.Errorf("backend %s, but nothing says why not rseq: %+v", st.Backend, st)
	}
}

// exe returns the path of this executable.
func exe(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
