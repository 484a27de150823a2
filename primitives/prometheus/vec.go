package prometheus

import (
	"hash/maphash"
	"maps"
	"math/bits"
	"slices"
	"sync"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/percpu-go/percpu/primitives"
)

// vec is a vector of metrics of one kind, or a part of one with some labels curried.
//
// Its children belong to a MetricVec of client_golang's, which makes, deletes and
// collects them, and is what knows of errors. Before that stands a table without locks
// of the children that were looked up: it has no other ones, and loses one before
// whoever deletes it is told so.
type vec[M Metric] struct {
	*vecTable[M]
	all   *client.MetricVec
	curry []*string // for each label, nil if it isn't curried
	open  int       // labels that are not
	asked Labels    // the curried ones before they were constrained
}

// vecTable is what all parts of a vector share.
type vecTable[M Metric] struct {
	desc      *Desc // of the labels as they were given
	root      *client.MetricVec
	names     []string
	constrain []LabelConstraint // for each label; nil if there is none at all
	seed      maphash.Seed
	hash      func(seed maphash.Seed, value string) uint64

	children primitives.Map[uint64, *child[M]]

	mu    sync.Mutex // held to change children together with all
	views []*client.MetricVec
}

// child is a metric, and the next of those whose label values have the same hash. It
// never changes.
type child[M Metric] struct {
	values []string
	metric M
	next   *child[M]
}

// newVec returns a vector. Its MetricVec is not told of the constraints: the values that
// it is given fulfil them already.
func newVec[M Metric](opts Opts, labels ConstrainableLabels, newMetric func(desc *Desc, values ...string) M) vec[M] {
	t := &vecTable[M]{seed: maphash.MakeSeed(), hash: maphash.String}
	switch labels := labels.(type) {
	case UnconstrainedLabels:
		t.names = labels
	case ConstrainedLabels:
		for i, l := range labels {
			t.names = append(t.names, l.Name)
			if l.Constraint != nil {
				if t.constrain == nil {
					t.constrain = make([]LabelConstraint, len(labels))
				}
				t.constrain[i] = l.Constraint
			}
		}
	}
	name := BuildFQName(opts.Namespace, opts.Subsystem, opts.Name)
	t.desc = V2.NewDesc(name, opts.Help, labels, opts.ConstLabels)
	desc := NewDesc(name, opts.Help, t.names, opts.ConstLabels)
	t.root = client.NewMetricVec(desc, func(values ...string) Metric { return newMetric(desc, values...) })
	return vec[M]{t, t.root, make([]*string, len(t.names)), len(t.names), nil}
}

// value returns what a label's value is constrained to.
func (t *vecTable[M]) value(label int, v string) string {
	if t.constrain != nil && t.constrain[label] != nil {
		return t.constrain[label](v)
	}
	return v
}

// with adds a value to a hash of those before it.
func (t *vecTable[M]) with(h uint64, v string) uint64 {
	return bits.RotateLeft64(h, 29)*0x9e3779b97f4a7c15 ^ t.hash(t.seed, v)
}

// byValues returns the child with these values of the labels that are not curried, or
// client_golang's error.
func (v *vec[M]) byValues(values []string) (M, error) {
	if len(values) != v.open || v.constrain != nil {
		return v.slowByValues(values)
	}
	var h uint64
	next := 0
	for _, curried := range v.curry {
		if curried != nil {
			h = v.with(h, *curried)
		} else {
			h = v.with(h, values[next])
			next++
		}
	}
	c, _ := v.children.Load(h)
search:
	for ; c != nil; c = c.next {
		next = 0
		for i, curried := range v.curry {
			if curried != nil {
				if c.values[i] != *curried {
					continue search
				}
				continue
			}
			if c.values[i] != values[next] {
				continue search
			}
			next++
		}
		return c.metric, nil
	}
	return v.slowByValues(values)
}

// slowByValues is byValues with constraints, and for the first time, and for errors.
func (v *vec[M]) slowByValues(values []string) (M, error) {
	values = v.constrained(values)
	full := v.full(values)
	if full != nil {
		if m, ok := v.lookUp(full); ok {
			return m, nil
		}
	}
	return v.enter(full, values)
}

// byLabels is byValues for a map, which must have every label that is not curried and no
// other.
func (v *vec[M]) byLabels(labels Labels) (M, error) {
	var room [8]string
	if values := v.values(room[:0], labels); values != nil {
		m, err := v.byValues(values)
		if err == nil {
			return m, nil
		}
	}
	_, err := v.all.GetMetricWith(v.constrainedLabels(labels)) // says the same of a map
	var none M
	return none, err
}

// values appends the labels' values in their order, or returns nil if those are not the
// labels.
func (v *vec[M]) values(values []string, labels Labels) []string {
	if len(labels) != v.open {
		return nil
	}
	for i, name := range v.names {
		if v.curry[i] == nil {
			value, ok := labels[name]
			if !ok {
				return nil
			}
			values = append(values, value)
		}
	}
	return values
}

// constrained returns what the values of the labels that are not curried are constrained
// to, in a slice of its own.
func (v *vec[M]) constrained(values []string) []string {
	values = slices.Clone(values)
	if v.constrain == nil {
		return values
	}
	next := 0
	for i, curried := range v.curry {
		if curried == nil && next < len(values) {
			values[next] = v.value(i, values[next])
			next++
		}
	}
	return values
}

func (v *vec[M]) constrainedLabels(labels Labels) Labels {
	if v.constrain == nil {
		return labels
	}
	labels = maps.Clone(labels)
	for i, name := range v.names {
		if value, ok := labels[name]; ok {
			labels[name] = v.value(i, value)
		}
	}
	return labels
}

// full returns the values of all labels, or nil if it isn't the right number.
func (v *vec[M]) full(values []string) []string {
	if len(values) != v.open {
		return nil
	}
	all := make([]string, 0, len(v.names))
	for _, curried := range v.curry {
		if curried != nil {
			all = append(all, *curried)
		} else {
			all = append(all, values[0])
			values = values[1:]
		}
	}
	return all
}

func (t *vecTable[M]) hashOf(full []string) (h uint64) {
	for _, value := range full {
		h = t.with(h, value)
	}
	return h
}

func (t *vecTable[M]) lookUp(full []string) (m M, ok bool) {
	for c, _ := t.children.Load(t.hashOf(full)); c != nil; c = c.next {
		if slices.Equal(c.values, full) {
			return c.metric, true
		}
	}
	return m, false
}

// enter has client_golang find or make the child with these values, and enters it in the
// table.
func (v *vec[M]) enter(full, values []string) (m M, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	metric, err := v.all.GetMetricWithLabelValues(values...)
	if err != nil {
		return m, err
	}
	m = metric.(M)
	if _, ok := v.lookUp(full); !ok {
		h := v.hashOf(full)
		others, _ := v.children.Load(h)
		v.children.Store(h, &child[M]{full, m, others})
	}
	return m, nil
}

// delete deletes children by client_golang's rules, and forgets those with the values of
// all labels, or all if they are nil. Others that are forgotten are found again.
func (v *vec[M]) delete(full []string, from func() int) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := from()
	if n == 0 {
		return 0
	}
	if full != nil {
		v.children.Delete(v.hashOf(full))
	} else {
		v.children.Clear()
	}
	for _, view := range v.views {
		view.Reset()
	}
	return n
}

func one(deleted bool) int {
	if deleted {
		return 1
	}
	return 0
}

// Describe implements Collector.
func (v *vec[M]) Describe(ch chan<- *Desc) { v.all.Describe(ch) }

// Collect implements Collector.
func (v *vec[M]) Collect(ch chan<- Metric) { v.all.Collect(ch) }

// DeleteLabelValues deletes the child with these label values, in the order of the labels
// that are not curried, and reports whether there was one.
func (v *vec[M]) DeleteLabelValues(values ...string) bool {
	values = v.constrained(values)
	return v.delete(v.full(values), func() int { return one(v.all.DeleteLabelValues(values...)) }) != 0
}

// Delete deletes the child with these labels, and reports whether there was one.
func (v *vec[M]) Delete(labels Labels) bool {
	labels = v.constrainedLabels(labels)
	full := v.full(v.values(nil, labels))
	return v.delete(full, func() int { return one(v.all.Delete(labels)) }) != 0
}

// DeletePartialMatch deletes the children that have these labels, whatever others they
// have, and returns how many there were.
func (v *vec[M]) DeletePartialMatch(labels Labels) int {
	labels = v.constrainedLabels(labels)
	return v.delete(nil, func() int { return v.all.DeletePartialMatch(labels) })
}

// Reset deletes all children.
func (v *vec[M]) Reset() {
	v.delete(nil, func() int {
		v.all.Reset()
		return 1
	})
}

// curryWith returns the part of the vector that has these labels.
func (v *vec[M]) curryWith(asked Labels) (vec[M], error) {
	labels := v.constrainedLabels(asked)
	all, err := v.all.CurryWith(labels)
	if err != nil {
		return vec[M]{}, err
	}
	part := vec[M]{v.vecTable, all, slices.Clone(v.curry), v.open - len(labels), Labels{}}
	maps.Copy(part.asked, v.asked)
	maps.Copy(part.asked, asked)
	for i, name := range v.names {
		if value, ok := labels[name]; ok {
			part.curry[i] = &value
		}
	}
	return part, nil
}

// view returns a MetricVec of client_golang's that finds the vector's children.
func (v *vec[M]) view() *client.MetricVec {
	v.mu.Lock()
	defer v.mu.Unlock()
	view := client.NewMetricVec(v.desc, func(values ...string) Metric {
		m, err := v.root.GetMetricWithLabelValues(values...)
		if err != nil {
			panic(err) // the view has looked at them
		}
		return m
	})
	v.views = append(v.views, view)
	part, err := view.CurryWith(v.asked)
	if err != nil {
		panic(err) // it was possible once
	}
	return part
}
