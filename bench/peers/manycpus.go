package peers

import (
	"fmt"
	"os/exec"
	"strings"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
)

// possibleCPUs is how many the kernel of ManyCPUs allows for.
const possibleCPUs = 256

// ManyCPUs measures what reading a counter costs where many more CPUs are possible
// than are there. It runs this program once more, in a mount namespace of its own
// in which the kernel's list of possible CPUs says so; child says how.
func ManyCPUs(child func() *exec.Cmd) (g Group, err error) {
	g.Name = "manycpus"
	cmd := child()
	if err := ownMounts(cmd); err != nil {
		return g, err
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return g, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, &stderr)
	}
	v := Verdict{What: fmt.Sprintf("Counter.Load, %d CPUs possible, ns", possibleCPUs), Bound: atMost(20)}
	if _, err := fmt.Sscan(string(out), &v.Ratio.Median, &v.Ratio.Minima, &v.Note); err != nil {
		return g, fmt.Errorf("%s: %w", out, err)
	}
	g.Verdicts = append(g.Verdicts, v)
	return g, nil
}

// PretendManyCPUs is what the child of ManyCPUs does first: it changes the list, and
// runs itself again, so that nothing has read the list before.
func PretendManyCPUs(again []string) error { return pretendPossible(possibleCPUs, again) }

// LoadAmongMany is what it does then: it writes the costs of a Load on one thread,
// after an addition on every CPU, in nanoseconds, median and least, and what
// it was measured on.
func LoadAmongMany() (string, error) {
	s, err := primitives.Default()
	if err != nil {
		return "", err
	}
	c := primitives.NewCounter(primitives.WithBackend(s.Backend))
	if err := bench.OnEachCPU(func(int) { c.Add(1) }); err != nil {
		return "", err
	}
	want := c.Load()
	wrong := 0
	r, err := bench.Compare(bench.Config{Threads: []int{1}, Rounds: 100}, bench.Impl{Name: "Load", Loop: func(_, n int) {
		for range n {
			if c.Load() != want {
				wrong++
			}
		}
	}})
	if err != nil {
		return "", err
	}
	if wrong > 0 {
		return "", fmt.Errorf("%d loads did not return %d", wrong, want)
	}
	return fmt.Sprintf("%.2f %.2f %s,%d_slots_bound\n", r.Rows[0].Median, r.Rows[0].Min, s.Backend.Name(), s.Backend.Memory().Geometry().Slots), nil
}
