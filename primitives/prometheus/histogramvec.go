package prometheus

import client "github.com/prometheus/client_golang/prometheus"

// A HistogramVec is a histogram for each combination of the values of some labels, as
// client_golang's is and with its methods. All that is said of CounterVec holds; what
// its histograms are is said at [NewHistogram].
type HistogramVec struct{ vec[metricHistogram] }

// NewHistogramVec returns a HistogramVec with these labels.
func NewHistogramVec(opts HistogramOpts, labelNames []string) *HistogramVec {
	return V2.NewHistogramVec(HistogramVecOpts{HistogramOpts: opts, VariableLabels: UnconstrainedLabels(labelNames)})
}

// NewHistogramVec returns a HistogramVec with constrained labels.
func (v2) NewHistogramVec(opts HistogramVecOpts) *HistogramVec {
	o := opts.HistogramOpts
	named := Opts{Namespace: o.Namespace, Subsystem: o.Subsystem, Name: o.Name, Help: o.Help, ConstLabels: o.ConstLabels}
	v := &HistogramVec{}
	var theirs *client.HistogramVec // makes the histograms that are not ours
	v.vec = newVec(named, opts.VariableLabels, func(desc *Desc, values ...string) metricHistogram {
		histogramDesc(o, v.names) // panics
		if h := newHistogram(desc, o, values...); h != nil {
			return h
		}
		if theirs == nil { // the caller holds a lock
			theirs = client.NewHistogramVec(o, v.names)
		}
		h := theirs.WithLabelValues(values...).(metricHistogram)
		theirs.DeleteLabelValues(values...) // the next one is to be a new one
		return h
	})
	return v
}

// GetMetricWithLabelValues returns the histogram with these label values, in the order of
// the labels that are not curried.
func (v *HistogramVec) GetMetricWithLabelValues(values ...string) (Observer, error) {
	h, err := v.byValues(values)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// GetMetricWith returns the histogram with these labels.
func (v *HistogramVec) GetMetricWith(labels Labels) (Observer, error) {
	h, err := v.byLabels(labels)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// WithLabelValues is GetMetricWithLabelValues that panics instead of an error.
func (v *HistogramVec) WithLabelValues(values ...string) Observer {
	h, err := v.byValues(values)
	if err != nil {
		panic(err)
	}
	return h
}

// With is GetMetricWith that panics instead of an error.
func (v *HistogramVec) With(labels Labels) Observer {
	h, err := v.byLabels(labels)
	if err != nil {
		panic(err)
	}
	return h
}

// CurryWith returns a HistogramVec of the same histograms in which these labels are set.
func (v *HistogramVec) CurryWith(labels Labels) (ObserverVec, error) {
	part, err := v.curryWith(labels)
	if err != nil {
		return nil, err
	}
	return &HistogramVec{part}, nil
}

// MustCurryWith is CurryWith that panics instead of an error.
func (v *HistogramVec) MustCurryWith(labels Labels) ObserverVec {
	part, err := v.CurryWith(labels)
	if err != nil {
		panic(err)
	}
	return part
}

// Client returns a view of the same histograms for functions that ask for client_golang's
// type: see [CounterVec.Client].
func (v *HistogramVec) Client() *client.HistogramVec {
	return &client.HistogramVec{MetricVec: v.view()}
}
