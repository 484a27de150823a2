package primitives

// A CounterVec is Counters by the values of some labels: requests by path and status,
// say. With gives the Counter of some values, and makes it the first time; later that is a
// look-up without a lock and without an allocation, on any number of CPUs at once.
// Who adds often to the same series keeps its Counter.
//
// It is not for one key, for which a CounterMap takes a fraction of the memory
// as long as few keys are added to often.
//
// The zero value has no labels, and so one series. A CounterVec must not be copied
// after first use.
//
// # Bounds
//
// Every combination of values is a series of its own and stays until it is
// deleted. Where values come from outside, WithMaxKeys bounds their number: what is
// beyond that shares one Counter, the Overflow. A Counter whose series was deleted
// goes on counting, but nobody sees it any more; the same values make a new one.
//
// In the terminology of the Go memory model With and Delete are writes where they
// make or delete a series, and With, Range, Len, Overflow and Dropped are reads. A
// With or Range that returns a series is synchronized after the With that made it.
//
// # Cost
//
// A series costs about 110 bytes, 16 for each label and its value, and what a Counter
// costs on each CPU.
type CounterVec struct {
	_ noCopy
	v vec[Counter]
}

// NewCounterVec returns a vector without series. It panics if a label is there twice.
func NewCounterVec(labels []string, opts ...VecOption) *CounterVec {
	c := new(CounterVec)
	o := apply(opts, VecOption.ofVec)
	var init func(*Counter)
	if o.backend != nil {
		init = func(c *Counter) { _ = c.cell.Attach(o.backend) } // without memory it works on one word
	}
	c.v.start("CounterVec", labels, o, init)
	return c
}

// With returns the Counter of the values, of which there must be one for each
// label, in their order: otherwise it panics. If the series is not there it is made, or,
// where there is no room for it, With returns the Overflow. It keeps copies of values.
func (c *CounterVec) With(values ...string) *Counter { return c.v.with(values) }

// Delete removes the series of the values, and reports whether it was there. It panics as
// With does.
func (c *CounterVec) Delete(values ...string) bool { return c.v.delete(values) }

// Range calls f for each series until f returns false. It sees no series twice that is
// there all the time, and misses none. f must not change values, and may use the vector.
func (c *CounterVec) Range(f func(values []string, c *Counter) bool) { c.v.each(f) }

// Labels returns the names of the labels. The caller must not change them.
func (c *CounterVec) Labels() []string { return c.v.labels }

// Len returns the number of series, not counting the Overflow.
func (c *CounterVec) Len() int { return int(c.v.n.Load()) }

// Overflow returns the Counter of series for which there was no room, or nil if there
// were none.
func (c *CounterVec) Overflow() *Counter { return c.v.over.Load() }

// Dropped returns how often With has returned the Overflow.
func (c *CounterVec) Dropped() int64 { return c.v.dropped.Load() }
