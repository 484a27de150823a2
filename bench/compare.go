package bench

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"time"
)

// Impl is an implementation to compare with others.
type Impl struct {
	Name string

	// Loop carries out the operation n times. The operation stands in the
	// loop itself, so that no call of a function value is measured with it.
	// Loops of one comparison should be alike:
	//
	//	func(_, n int) {
	//		for range n {
	//			c.Add(1)
	//		}
	//	}
	//
	// Loop is called concurrently; thread is 0 to the number of threads - 1,
	// not always the same CPU's.
	Loop func(thread, n int)

	// Prepare, if not nil, is called before that many threads call Loop, while
	// none does: for values that become another by having been used by several.
	Prepare func(threads int)
}

// Config says how to compare. The zero value is ready for use.
type Config struct {
	Threads  []int         // numbers of threads; default 1, and 2 if there are as many CPUs
	Rounds   int           // default 50
	Window   time.Duration // default 2 ms
	MaxDelay float64       // share of a window that its threads may wait for a CPU; default 0.02
	Retries  int           // of one window, before its round is given up; default 20

	// Check, if not nil, is called on each worker's pinned thread at the end.
	Check func() error
}

func (cfg Config) withDefaults(cpus int) Config {
	if len(cfg.Threads) == 0 {
		cfg.Threads = []int{1}
		if cpus >= 2 {
			cfg.Threads = []int{1, 2}
		}
	}
	setDefault(&cfg.Rounds, 50)
	setDefault(&cfg.Window, 2*time.Millisecond)
	setDefault(&cfg.MaxDelay, 0.02)
	setDefault(&cfg.Retries, 20)
	return cfg
}

func setDefault[T int | float64 | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}

// ErrNoRounds says that no round could be completed: threads had to wait for
// their CPUs again and again.
var ErrNoRounds = errors.New("percpu/bench: no round without interruption")

// Compare measures the implementations against each other. It uses as many
// CPUs as the largest number of threads, and should be the only thing that the
// process does meanwhile.
func Compare(cfg Config, impls ...Impl) (*Result, error) {
	cpus, err := allowedCPUs()
	if err != nil {
		return nil, fmt.Errorf("percpu/bench: allowed CPUs: %w", err)
	}
	cfg = cfg.withDefaults(len(cpus))
	most := 0
	for _, n := range cfg.Threads {
		if n < 1 || n > len(cpus) || n > runtime.GOMAXPROCS(0) {
			return nil, fmt.Errorf("percpu/bench: %d threads on %d CPUs with GOMAXPROCS=%d", n, len(cpus), runtime.GOMAXPROCS(0))
		}
		most = max(most, n)
	}
	team, err := startTeam(cpus[:most])
	if err != nil {
		return nil, err
	}
	defer team.stop()

	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))

	c := comparison{cfg: cfg, team: team, result: newResult(cfg, team, impls)}
	for _, threads := range cfg.Threads {
		for _, impl := range impls {
			c.entries = append(c.entries, entry{impl, threads, team.calibrate(impl, threads, cfg.Window)})
		}
	}
	for round := range cfg.Rounds {
		if costs, ok := c.round(round); ok {
			c.result.add(costs)
		}
	}
	if c.result.Rounds == 0 {
		return nil, fmt.Errorf("%w (%d windows rejected; the last because %s)", ErrNoRounds, c.result.Rejected, c.lastReason)
	}
	c.result.summarize()
	if cfg.Check != nil {
		return c.result, team.each(cfg.Check)
	}
	return c.result, nil
}

type comparison struct {
	cfg        Config
	team       *team
	entries    []entry
	result     *Result
	lastReason string
}

// entry is an implementation on a number of threads.
type entry struct {
	impl    Impl
	threads int
	chunk   int // operations between two looks at the clock
}

// looks is how many looks at the clock a window should take.
const looks = 50

// round measures every entry once. It fails if one can't be measured without
// interruption. Which CPU a single thread gets depends on the round.
func (c *comparison) round(round int) (costs []float64, ok bool) {
	for i := range c.entries {
		cost, ok := c.window(&c.entries[i], round)
		if !ok {
			return nil, false
		}
		costs = append(costs, cost)
	}
	return costs, true
}

// window measures an entry once. If it looks at the clock far too often, the
// chunk grows: whatever stalled the calibration, of which the kernel may not
// know, must not let the clock dominate every round.
func (c *comparison) window(e *entry, first int) (cost float64, ok bool) {
	for range c.cfg.Retries + 1 {
		s := c.team.run(e.impl, e.threads, first, e.chunk, c.cfg.Window)
		reason := s.objection(c.cfg.MaxDelay)
		if n := s.most() / e.chunk; n > 10*looks {
			reason = fmt.Sprintf("a thread looked at the clock %d times", n)
			e.chunk *= n / looks
		}
		if reason == "" {
			return s.cost(), true
		}
		c.lastReason = reason
		c.result.Rejected++
	}
	return 0, false
}

// samples is what the threads of one window saw.
type samples []sample

type sample struct {
	ops     int
	elapsed time.Duration
	delay   time.Duration // that the thread waited for a CPU
	cpu     int           // that it is pinned to
	before  int           // CPU that it was on, -1 if unknown
	after   int
}

// cost is nanoseconds per operation and thread: threads over throughput.
func (ss samples) cost() float64 {
	perNs := 0.0
	for _, s := range ss {
		perNs += float64(s.ops) / float64(s.elapsed)
	}
	return float64(len(ss)) / perNs
}

// most is the operations of the thread that carried out most.
func (ss samples) most() (ops int) {
	for _, s := range ss {
		ops = max(ops, s.ops)
	}
	return ops
}

// objection says why a window doesn't count, or nothing.
func (ss samples) objection(maxDelay float64) string {
	for _, s := range ss {
		switch {
		case s.before != s.cpu || s.after != s.cpu:
			return fmt.Sprintf("a thread pinned to CPU %d was on CPUs %d and %d", s.cpu, s.before, s.after)
		case float64(s.delay) > maxDelay*float64(s.elapsed):
			return fmt.Sprintf("a thread waited %v of %v for CPU %d", s.delay, s.elapsed, s.cpu)
		}
	}
	return ""
}

// calibrate warms an implementation up, on every thread that it will run on,
// and returns how many operations lie between two looks at the clock. The least
// cost of all windows counts, as some may stall.
func (t *team) calibrate(impl Impl, threads int, window time.Duration) int {
	chunk := 1
	for range 2 { // the first time the clock dominates
		least := math.Inf(1)
		for first := range t.workers {
			least = min(least, t.run(impl, threads, first, chunk, window).cost())
		}
		chunk = max(1, int(float64(window)/looks/least))
	}
	return chunk
}
