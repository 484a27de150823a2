package prometheus

import client "github.com/prometheus/client_golang/prometheus"

// A CounterVec is a counter for each combination of the values of some labels, as
// client_golang's is and with its methods. With, WithLabelValues and GetMetricWith… find
// a child that is there already without a lock and, but for labels that are constrained,
// without an allocation; they say what client_golang's do, whose documentation holds.
//
// After a Delete, DeletePartialMatch or Reset a child that is still held counts what
// nobody will see; children that were looked up before are looked up the slow way once.
//
// A child costs what client_golang's does and 8 bytes on each CPU that uses it, and
// an entry in a table.
type CounterVec struct{ vec[*counter] }

// NewCounterVec returns a CounterVec with these labels.
func NewCounterVec(opts CounterOpts, labelNames []string) *CounterVec {
	return V2.NewCounterVec(CounterVecOpts{CounterOpts: opts, VariableLabels: UnconstrainedLabels(labelNames)})
}

// NewCounterVec returns a CounterVec with constrained labels.
func (v2) NewCounterVec(opts CounterVecOpts) *CounterVec {
	return &CounterVec{newVec(Opts(opts.CounterOpts), opts.VariableLabels, newCounter)}
}

// GetMetricWithLabelValues returns the counter with these label values, in the order of
// the labels that are not curried.
func (v *CounterVec) GetMetricWithLabelValues(values ...string) (Counter, error) {
	c, err := v.byValues(values)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// GetMetricWith returns the counter with these labels.
func (v *CounterVec) GetMetricWith(labels Labels) (Counter, error) {
	c, err := v.byLabels(labels)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// WithLabelValues is GetMetricWithLabelValues that panics instead of an error.
func (v *CounterVec) WithLabelValues(values ...string) Counter {
	c, err := v.byValues(values)
	if err != nil {
		panic(err)
	}
	return c
}

// With is GetMetricWith that panics instead of an error.
func (v *CounterVec) With(labels Labels) Counter {
	c, err := v.byLabels(labels)
	if err != nil {
		panic(err)
	}
	return c
}

// CurryWith returns a CounterVec of the same counters in which these labels are set.
func (v *CounterVec) CurryWith(labels Labels) (*CounterVec, error) {
	part, err := v.curryWith(labels)
	if err != nil {
		return nil, err
	}
	return &CounterVec{part}, nil
}

// MustCurryWith is CurryWith that panics instead of an error.
func (v *CounterVec) MustCurryWith(labels Labels) *CounterVec {
	part, err := v.CurryWith(labels)
	if err != nil {
		panic(err)
	}
	return part
}

// Client returns a view of the same counters for functions that ask for client_golang's
// type. Make one and keep it. What it looks up is there as with v itself; what it deletes
// it only forgets, until it is looked up again.
func (v *CounterVec) Client() *client.CounterVec { return &client.CounterVec{MetricVec: v.view()} }
