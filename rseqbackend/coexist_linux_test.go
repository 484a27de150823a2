package rseqbackend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// coexistEnv set to "all" makes TestCoexistence run its slow rows too.
const coexistEnv = "PERCPU_COEXIST"

// coexistReport is testdata/coexist's Report.
type coexistReport struct {
	Backend    string          `json:"backend"`
	Rejections []string        `json:"rejections"`
	Info       *Info           `json:"info"`
	Threads    []coexistThread `json:"threads"`
	Adds       int64           `json:"adds"`
	Sum        int64           `json:"sum"`
	FloatAdds  float64         `json:"float_adds"`
	FloatSum   float64         `json:"float_sum"`
	Stats      backend.Stats   `json:"stats"`
	Refused    uint64          `json:"refused"`
	Locks      int64           `json:"locks"`
	Torn       int64           `json:"torn"`
	FenceFirst string          `json:"fence"`
	FenceLast  string          `json:"fence_last"`
	Happened   int             `json:"happened"`
}

type coexistThread struct {
	Role string `json:"role"`
	Thread
}

// TestCoexistence builds and starts a program in every way of the compatibility
// table, and wants of each that nothing hangs, crashes or loses a count, that
// each thread has the area it should have, and that the reason is visible where
// it has none.
func TestCoexistence(t *testing.T) {
	openOrSkip(t)
	if testing.Short() || asm.Injecting {
		t.Skip("not with -short, nor once more with tag percpuinject: it builds many programs")
	}
	for _, r := range rows {
		t.Run(r.name(), func(t *testing.T) {
			if r.slow && os.Getenv(coexistEnv) != "all" {
				t.Skipf("only with %s=all", coexistEnv)
			}
			t.Parallel()
			for _, tool := range r.tools {
				needTool(t, tool)
			}
			rep := r.run(t)
			if rep == nil {
				return // it died, as it should
			}
			for _, problem := range r.want.problems(rep) {
				t.Error(problem)
			}
			if t.Failed() {
				t.Logf("%+v", *rep)
			} else {
				checkNotices(t, r.want, rep)
			}
		})
	}
}

func (r *row) name() string {
	name := r.build.name
	if r.start != "" {
		name += "; " + r.start
	}
	return strings.NewReplacer(" ", "_", "/", "|").Replace(name)
}

// run starts the program and returns its report, or nil if it died as it should.
func (r *row) run(t *testing.T) *coexistReport {
	argv := append([]string{}, r.build.command(t)...)
	if !r.build.host {
		argv = append(argv, "-event="+r.event)
		if r.outside != nil {
			argv = append(argv, "-outside")
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = clean(os.Environ())
	if r.from != nil {
		f := backendtest.FilteredCommand(r.from, argv[0], argv[1:]...)
		cmd = exec.CommandContext(ctx, f.Path, f.Args[1:]...)
		cmd.Env = clean(f.Env)
	}
	cmd.Env = append(cmd.Env, r.env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := r.start1(cmd)
	if r.want.dies != "" {
		if err == nil || !strings.Contains(stderr.String(), r.want.dies) {
			t.Errorf("%v, want it to die saying %q\n%s", err, r.want.dies, &stderr)
		}
		return nil
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s\n%s", argv, err, &stderr, &stdout)
	}
	_, text, _ := strings.Cut(stdout.String(), "{")
	var rep coexistReport
	dec := json.NewDecoder(strings.NewReader("{" + text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rep); err != nil {
		t.Fatalf("%v in %s", err, &stdout)
	}
	return &rep
}

// start1 runs the command, and meanwhile does to it what is to be done.
func (r *row) start1(cmd *exec.Cmd) error {
	if r.outside == nil {
		return cmd.Run()
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	ready := &firstWrite{to: cmd.Stdout.(*bytes.Buffer), done: make(chan struct{})}
	cmd.Stdout = ready
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return fmt.Errorf("ended before anything was done to it: %w", err)
	case <-ready.done:
	}
	err = r.outside(cmd.Process.Pid)
	stdin.Close()
	if e := <-ended; e != nil {
		return e
	}
	return err
}

// firstWrite closes done when it is first written to: the program is ready.
type firstWrite struct {
	to   *bytes.Buffer
	done chan struct{}
}

func (w *firstWrite) Write(b []byte) (int, error) {
	if w.to.Len() == 0 {
		defer close(w.done)
	}
	return w.to.Write(b)
}

// debug lets a debugger attach to a process, look at all threads, and detach.
func debug(pid int) error {
	for range 3 {
		out, err := exec.Command("gdb", "-nx", "-batch", "-iex", "set auto-load off", "-p", fmt.Sprint(pid), "-ex", "thread apply all -q x/i $pc", "-ex", "detach").CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("detached")) {
			return fmt.Errorf("gdb: %w\n%s", err, out)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil
}

// stopAndGo stops a process and lets it go on, often.
func stopAndGo(pid int) error {
	for range 100 {
		for _, sig := range []unix.Signal{unix.SIGSTOP, unix.SIGCONT} {
			if err := unix.Kill(pid, sig); err != nil {
				return err
			}
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}
