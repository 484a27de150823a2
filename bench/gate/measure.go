package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
)

// measure runs some implementations against each other. try is 0 at first and
// counts how often that was in vain.
type measure func(impls []string, try int) (*bench.Result, error)

// meter measures what is there to measure, on one kind of clock: time that has
// gone by, whatever the machine does.
type meter struct {
	rseq       *rseqbackend.Backend
	contenders []*contender
	probe      *primitives.Counter
	budget     time.Duration
	slice      int // rounds between two looks at the time
	window     time.Duration
	maxDelay   float64 // share of a window that its threads may wait for a CPU
	log        io.Writer
}

// What maxDelay and window may become in bad times, and how many budgets may be
// spent until there is a first result.
const (
	anyDelay    = 0.32
	leastWindow = 250 * time.Microsecond
	patience    = 5
)

func newMeter(budget time.Duration, log io.Writer) (*meter, error) {
	rseq, err := rseqbackend.Open()
	if err != nil {
		return nil, err
	}
	atomic, err := atomicbackend.Open()
	if err != nil {
		return nil, err
	}
	return &meter{
		rseq:       rseq,
		contenders: contenders(rseq, atomic),
		probe:      primitives.NewCounter(primitives.WithBackend(rseq)),
		budget:     budget,
		slice:      10,
		window:     2 * time.Millisecond,
		maxDelay:   0.02,
		log:        log,
	}, nil
}

func (m *meter) measure(names []string, try int) (*bench.Result, error) {
	cfg := bench.Config{
		Threads: []int{1, threads},
		Rounds:  m.slice,
		Retries: 20,
		Check:   m.checkThread,
	}
	budget := m.budget
	if try > 0 {
		budget /= 2
	}
	var impls []bench.Impl
	for _, c := range m.contenders {
		if slices.Contains(names, c.Name) {
			impls = append(impls, c.Impl)
		}
	}
	before := m.rseq.Stats().Overflows
	var results []*bench.Result
	for start := time.Now(); time.Since(start) < budget || len(results) == 0 && time.Since(start) < patience*budget; {
		cfg.MaxDelay, cfg.Window = m.maxDelay, time.Duration(1+try)*m.window
		r, err := bench.Compare(cfg, impls...)
		switch {
		case errors.Is(err, bench.ErrNoRounds) && m.maxDelay < anyDelay && len(results) == 0:
			m.maxDelay *= 2
			m.window = max(m.window/2, leastWindow)
			fmt.Fprintf(m.log, "gate: this machine is busy: accepting windows of %v of which threads waited for %.0f%%\n", m.window, 100*m.maxDelay)
		case errors.Is(err, bench.ErrNoRounds):
		case err != nil:
			return nil, err
		default:
			results = append(results, r)
		}
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("%w within %v", bench.ErrNoRounds, budget)
	}
	return bench.Join(results...), m.check(before)
}

// unlucky is more operations than go to overflow slots because their goroutine was to
// yield twice in a row.
const unlucky = 100

// check says whether the operations were done, and by rseq where they should
// have been.
func (m *meter) check(overflows uint64) error {
	if n := m.rseq.Stats().Overflows - overflows; n > unlucky {
		return fmt.Errorf("%d operations were done on overflow slots", n)
	}
	var errs []error
	for _, c := range m.contenders {
		errs = append(errs, c.check())
	}
	return errors.Join(errs...)
}

// checkThread says whether the calling thread can have committed by rseq. It
// need not have: a row may be measured again that is not about rseq.
func (m *meter) checkThread() error {
	m.probe.Add(1)
	if t := rseqbackend.ThisThread(); t.Owner != m.rseq.Info().AreaOwner {
		return fmt.Errorf("rseq area of thread %d: owner %s, want %s", t.TID, t.Owner, m.rseq.Info().AreaOwner)
	}
	return nil
}
