package main

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/cref"
	"github.com/percpu-go/percpu/bench/peers"
	"github.com/percpu-go/percpu/bench/report/model"
)

type options struct {
	quick    bool
	adopters bool
	backend  string
	from     string // a report.json
	publish  bool
}

// plan is how much is measured.
type plan struct {
	segments int            // that all sets of rows are measured in, one after the other
	rounds   map[string]int // in a segment, by set of rows
	other    int            // rounds in the other kind of process
	transfer int            // rounds of moving cache lines
	budget   time.Duration  // after which no segment is begun: where there is noise, rounds take longer
}

func (o options) plan() plan {
	if o.quick {
		return plan{4, map[string]int{"counter": 12, "floatcounter": 8, "load": 8, "rwmutex": 8, "map-warm": 8, "map-mix": 8, "countermap": 8, "freelist": 8}, 30, 20, 10 * time.Second}
	}
	return plan{15, map[string]int{"counter": 40, "floatcounter": 20, "load": 20, "rwmutex": 20, "map-warm": 20, "map-mix": 20, "countermap": 20, "freelist": 20}, 200, 100, 2 * time.Minute}
}

// threads are the numbers of threads to measure.
func (o options) threads() (ns []int) {
	cpus := min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
	if o.quick {
		cpus = min(cpus, 2)
	}
	for n := 1; n < cpus; n *= 2 {
		ns = append(ns, n)
	}
	return append(ns, cpus)
}

// measurement is what a run has found out.
type measurement struct {
	Facts       []peers.Fact  `json:"facts"`
	Ours        string        `json:"ours"` // name of the rows of percpu as it is here
	Sets        []set         `json:"sets"`
	C           []string      `json:"c,omitempty"`         // names of rows written in C
	CSkipped    string        `json:"c_skipped,omitempty"` // why there are none
	Machine     model.Machine `json:"machine"`
	Sizes       []peers.Size  `json:"sizes"`
	Other       *peers.Report `json:"other,omitempty"` // in another kind of process, with memory
	OtherFailed string        `json:"other_failed,omitempty"`
	Adopters    []adopter     `json:"adopters,omitempty"`

	done map[string]*atomic.Int64 // operations in C, by row
}

func measure(opts options, p *progress) (*measurement, error) {
	host, err := peers.OpenHost(opts.backend)
	if err != nil {
		return nil, err
	}
	m := &measurement{Facts: append(host.Facts(), peers.Fact{Name: "commit", Value: commit()}), Ours: host.Ours()}
	plan := opts.plan()
	sets, err := m.openSets(host)
	if err != nil {
		return nil, err
	}
	p.steps = 2 + plan.segments*len(sets)
	if opts.adopters {
		p.steps += 8
	}
	for step := range plan.segments * len(sets) {
		segment, set := step/len(sets), &sets[step%len(sets)]
		if segment > 0 && time.Since(p.start) > plan.budget {
			m.Facts = append(m.Facts, peers.Fact{Name: "cut short", Value: fmt.Sprintf("after %d of %d parts: too much noise", segment, plan.segments)})
			break
		}
		p.step(fmt.Sprintf("%s, part %d of %d", set.Name, segment+1, plan.segments))
		if err := set.measure(opts.threads(), plan.rounds[set.Name]); err != nil {
			return nil, err
		}
	}
	if err := m.keep(sets); err != nil {
		return nil, err
	}
	if err := m.checkC(); err != nil {
		return nil, err
	}
	p.step("cache lines")
	if m.Machine, err = measureTransfer(plan.transfer); err != nil {
		return nil, err
	}
	m.Sizes = peers.Sizes()
	p.step("another kind of process")
	if m.Other, err = runOther(plan, host); err != nil {
		m.OtherFailed = err.Error()
	}
	return m, nil
}

// keep keeps the sets that could be measured. Without the first, of counters, there is
// no report; another one in which there was too much noise is named.
func (m *measurement) keep(sets []set) error {
	for i := range sets {
		switch err := sets[i].finish(); {
		case i > 0 && errors.Is(err, bench.ErrNoRounds):
			m.Facts = append(m.Facts, peers.Fact{Name: "left out", Value: titles[sets[i].Name] + ": too much noise"})
		case err != nil:
			return err
		default:
			m.Sets = append(m.Sets, sets[i])
		}
	}
	return nil
}

// openSets makes the contenders. What is written in C and what checks the model
// is interleaved with the counters.
func (m *measurement) openSets(host peers.Host) (sets []set, err error) {
	impls, reason := cref.Impls()
	if reason != nil {
		m.CSkipped = reason.Error()
	}
	for i, impl := range impls {
		m.C = append(m.C, impl.Name)
		impls[i] = m.count(impl)
	}
	for _, name := range peers.RowSets() {
		rows, err := peers.OpenRows(host, name)
		if err != nil {
			return nil, err
		}
		s := set{rows: rows, Roles: make(map[string]peers.Role)}
		s.Name = name
		for _, c := range rows.Contenders {
			s.Roles[c.Name] = c.Role
		}
		if name == "counter" {
			s.more = append(impls, randomStripes())
		}
		sets = append(sets, s)
	}
	return sets, nil
}

// count counts the operations of an implementation in C, once for each call of
// the loop as the peers' are.
func (m *measurement) count(impl bench.Impl) bench.Impl {
	if m.done == nil {
		m.done = make(map[string]*atomic.Int64)
	}
	done := &new(padded[atomic.Int64]).v
	m.done[impl.Name] = done
	return bench.Impl{Name: impl.Name, Loop: func(thread, n int) {
		impl.Loop(thread, n)
		done.Add(int64(n))
	}}
}

// checkC says whether the operations in C have left their marks.
func (m *measurement) checkC() error {
	for name, done := range m.done {
		if err := cref.Check(name, done.Load()); err != nil {
			return err
		}
	}
	return nil
}
