package peers

import (
	"fmt"

	"github.com/percpu-go/percpu/bench"
)

// Rows is contenders that are compared with each other, and the targets that
// they are judged by.
type Rows struct {
	Name       string
	Contenders []*Contender
	Targets    []Target
	host       Host
}

// RowSets are the names that OpenRows knows.
func RowSets() []string {
	return []string{"counter", "floatcounter", "load", "freelist", "freelistburst",
		"rwmutex", "rwmutex-1in1e6", "rwmutex-1in1000", "rwmutex-1in100", "rwmutex-1in10", "rwmutex-writeonly"}
}

// OpenRows makes the contenders of a set of rows.
func OpenRows(h Host, name string) (r Rows, err error) {
	r = Rows{Name: name, host: h}
	switch name {
	case "counter":
		r.Contenders, r.Targets = Counters(h), CounterTargets
	case "floatcounter":
		r.Contenders = FloatCounters(h)
	case "load":
		r.Contenders, err = CounterLoads(h)
	case "freelist":
		r.Contenders, r.Targets = FreeLists(h, false), FreeListTargets
	case "freelistburst":
		r.Contenders, r.Targets = FreeLists(h, true), FreeListTargets
	case "rwmutex", "rwmutex-1in1e6", "rwmutex-1in1000", "rwmutex-1in100", "rwmutex-1in10", "rwmutex-writeonly":
		r.Contenders, r.Targets = RWMutexes(h, writeRates[name]), rwmutexTargets(name)
	default:
		err = fmt.Errorf("no rows %q", name)
	}
	return r, err
}

// Compare runs the contenders against each other, with more implementations
// interleaved if given, and sees that package percpu's did their work by the
// backend that they are named after.
func (r Rows) Compare(cfg bench.Config, more ...bench.Impl) (*bench.Result, error) {
	cfg.Check = r.host.CheckThread
	if locks := r.Name != "counter" && r.Name != "load"; locks && cfg.MaxDelay == 0 {
		cfg.MaxDelay = 0.5 // who sleeps for a lock also waits for a CPU when it wakes up
	}
	before := r.host.chosen.Stats().Overflows
	result, err := bench.Compare(cfg, append(Impls(r.Contenders), more...)...)
	if err != nil {
		return nil, err
	}
	if n := r.host.chosen.Stats().Overflows - before; r.host.rseq != nil && n > 0 {
		return nil, fmt.Errorf("%d operations were done on overflow slots", n)
	}
	for _, c := range r.Contenders {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// Role returns the role of the row of that name, or nothing.
func (r Rows) Role(name string) Role {
	for _, c := range r.Contenders {
		if c.Name == name {
			return c.Role
		}
	}
	return ""
}

// Group returns a result with the verdicts about it.
func (r Rows) Group(result *bench.Result) Group {
	return Group{Name: r.Name, Result: result, Verdicts: Judge(result, r.Targets)}
}
