package primitives

// A FloatCounterVec is FloatCounters by the values of some labels: seconds by path and
// status, say. It is to a FloatCounter what a CounterVec is to a Counter, and all that is
// said there holds here.
type FloatCounterVec struct {
	_ noCopy
	v vec[FloatCounter]
}

// NewFloatCounterVec returns a vector without series. It panics if a label is there twice.
func NewFloatCounterVec(labels []string, opts ...VecOption) *FloatCounterVec {
	c := new(FloatCounterVec)
	o := apply(opts, VecOption.ofVec)
	var init func(*FloatCounter)
	if o.backend != nil {
		init = func(c *FloatCounter) { _ = c.cell.Attach(o.backend) } // without memory it works on one word
	}
	c.v.start("FloatCounterVec", labels, o, init)
	return c
}

// With returns the FloatCounter of the values, as CounterVec.With does.
func (c *FloatCounterVec) With(values ...string) *FloatCounter { return c.v.with(values) }

// Delete removes the series of the values, as CounterVec.Delete does.
func (c *FloatCounterVec) Delete(values ...string) bool { return c.v.delete(values) }

// Range calls f for each series until f returns false, as CounterVec.Range does.
func (c *FloatCounterVec) Range(f func(values []string, c *FloatCounter) bool) { c.v.each(f) }

// Labels returns the names of the labels. The caller must not change them.
func (c *FloatCounterVec) Labels() []string { return c.v.labels }

// Len returns the number of series, not counting the Overflow.
func (c *FloatCounterVec) Len() int { return int(c.v.n.Load()) }

// Overflow returns the FloatCounter of series for which there was no room, or nil if
// there were none.
func (c *FloatCounterVec) Overflow() *FloatCounter { return c.v.over.Load() }

// Dropped returns how often With has returned the Overflow.
func (c *FloatCounterVec) Dropped() int64 { return c.v.dropped.Load() }
