package peers

import (
	"fmt"
	"slices"
	"strings"

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

// RowSets are the names that OpenRows knows and the report shows.
func RowSets() []string {
	return []string{"counter", "floatcounter", "load", "rwmutex", "map-warm", "map-mix", "countermap", "freelist"}
}

// MoreRowSets are further names that OpenRows knows.
func MoreRowSets() (names []string) {
	for _, name := range slices.Concat(rwmutexRows(), mapSetNames(), counterMapRows, limitRows, []string{"freelistburst", "histogram", "histogram-steady", "vec", "promvec"}, presenceRows()) {
		if !slices.Contains(RowSets(), name) {
			names = append(names, name)
		}
	}
	return names
}

// TargetSets are the names of all rows and other measurements that this module's
// targets are of.
func TargetSets() []string {
	sets := []string{"counter", "floatcounter", "rwmutex", "rwmutex-1in1000", "freelist", "map-warm", "map-mix", "map-string-4", "map-string-warm", "map-string-mixed"}
	for _, s := range anySets() {
		sets = append(sets, s.name)
	}
	sets = append(sets, limitRows...)
	return append(sets, "countermap", "countermap-string", "ref", "gate", "sections", "sharded", "histogram", "histogram-steady", "vec", "promvec", "pauses", "lockwaits", "firstuse", "onesize", "manycpus", "adopters")
}

// OpenRows makes the contenders of a set of rows.
func OpenRows(h Host, name string) (r Rows, err error) {
	r = Rows{Name: name, host: h}
	switch name {
	case "counter":
		r.Contenders, r.Targets = Counters(h), CounterTargets(h)
	case "floatcounter":
		r.Contenders, r.Targets = FloatCounters(h), floatCounterTargets
	case "load":
		r.Contenders, err = CounterLoads(h)
	case "freelist":
		r.Contenders, r.Targets = FreeLists(h, false), freeListTargets
	case "freelistburst":
		r.Contenders, r.Targets = FreeLists(h, true), nil
	case "histogram":
		r.Contenders, r.Targets = Histograms(h, &varied), histogramTargetsOf("")
	case "histogram-steady":
		r.Contenders, r.Targets = Histograms(h, &steady), histogramTargetsOf("steady: ")
	case "vec":
		r.Contenders, r.Targets = Vecs(h), vecTargets
	case "promvec":
		r.Contenders, r.Targets = PromVecs(h), promVecTargets()
	default:
		if every, ok := writeRates[name]; ok {
			r.Contenders, r.Targets = RWMutexes(h, every), rwmutexTargets(name)
		} else if isPresence(name) {
			r.Contenders, r.Targets = Presence(h, name), presenceTargets(name)
		} else if slices.Contains(limitRows, name) {
			r.Contenders, r.Targets = openLimits(h, name)
		} else if set := mapSet(name); set != nil {
			r.Contenders, r.Targets = set.open(h), set.targets()
		} else {
			r.Contenders, r.Targets, err = openCounterMaps(h, name)
		}
	}
	return r, err
}

// unlucky is more operations than go to overflow slots because their goroutine was to
// yield twice in a row.
const unlucky = 100

// Compare runs the contenders against each other, with more implementations
// interleaved if given, and sees that package percpu's did their work by the
// backend that they are named after.
func (r Rows) Compare(cfg bench.Config, more ...bench.Impl) (*bench.Result, error) {
	cfg.Check = r.host.CheckThread
	_, locks := writeRates[r.Name]
	if cfg.MaxDelay == 0 && (locks || r.Name == "floatcounter" || strings.HasPrefix(r.Name, "histogram") || strings.HasSuffix(r.Name, "vec") || strings.HasPrefix(r.Name, "countermap") || strings.HasPrefix(r.Name, "freelist")) {
		cfg.MaxDelay = 0.1 // who sleeps for a lock also waits for a CPU when it wakes up
		if locks {
			cfg.MaxDelay = 0.5
		}
	}
	before := r.host.chosen.Stats().Overflows
	result, err := bench.Compare(cfg, append(Impls(r.Contenders), more...)...)
	if err != nil {
		return nil, err
	}
	if n := r.host.chosen.Stats().Overflows - before; r.host.rseq != nil && n > unlucky {
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
