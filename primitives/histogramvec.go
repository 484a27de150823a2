package primitives

// A HistogramVec is Histograms of the same bounds by the values of some labels:
// latencies by path and status, say. It is to a Histogram what a CounterVec is to a
// Counter, and all that is said there holds here; a series costs as much more as
// a Histogram does.
type HistogramVec struct {
	_      noCopy
	bounds []float64
	v      vec[Histogram]
}

// NewHistogramVec returns a vector without series. It panics if a label is there
// twice, or for bounds that NewHistogram panics for.
func NewHistogramVec(labels []string, bounds []float64, opts ...HistogramVecOption) *HistogramVec {
	h := new(HistogramVec)
	o := apply(opts, HistogramVecOption.ofHistogramVec)
	find := newBucketFinder(checkedBounds("NewHistogramVec", bounds))
	h.bounds = find.bounds
	h.v.start("HistogramVec", labels, o, func(item *Histogram) { item.start(find, o) })
	return h
}

// With returns the Histogram of the values, as CounterVec.With does.
func (h *HistogramVec) With(values ...string) *Histogram { return h.v.with(values) }

// Delete removes the series of the values, as CounterVec.Delete does.
func (h *HistogramVec) Delete(values ...string) bool { return h.v.delete(values) }

// Range calls f for each series until f returns false, as CounterVec.Range does.
func (h *HistogramVec) Range(f func(values []string, h *Histogram) bool) { h.v.each(f) }

// Labels returns the names of the labels. The caller must not change them.
func (h *HistogramVec) Labels() []string { return h.v.labels }

// Bounds returns the bounds of every series. The caller must not change them.
func (h *HistogramVec) Bounds() []float64 { return h.bounds[:len(h.bounds):len(h.bounds)] }

// Len returns the number of series, not counting the Overflow.
func (h *HistogramVec) Len() int { return int(h.v.n.Load()) }

// Overflow returns the Histogram of series for which there was no room, or nil if
// there were none.
func (h *HistogramVec) Overflow() *Histogram { return h.v.over.Load() }

// Dropped returns how often With has returned the Overflow.
func (h *HistogramVec) Dropped() int64 { return h.v.dropped.Load() }
