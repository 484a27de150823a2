package primitives

import (
	"math"
	"sync"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// Observations are made in a row of buckets, by one section, where there are sections, and
// else in cells, which work in every state: as long as no backend has been selected, on
// backends that have no rows, on threads that can't commit, and for what a row does not
// hold, as NaNs. What a Histogram has is the sum of both.

// observeSlow is Observe where it is not the simplest: there is no row, there are many
// bounds, or the row has to be opened, or tried once more. Without sections all
// observations come here, so what is done for these is not in functions of its own.
func observeSlow(w unsafe.Pointer, _ int, v float64) {
	h := (*Histogram)(w)
	if !h.row.Closed() {
		h.observeAgain(v)
	} else if o := h.other; o == nil {
		h.parts.sum.AddFloat64(v)
		h.parts.bucket(linear(h.bounds, v)).Add(1)
	} else if i := o.find.find(v); o.exact != nil {
		o.exact.observe(i, v)
	} else {
		h.parts.observe(i, v)
	}
}

// observeAgain is observeSlow where a row may be open, or can be.
func (h *Histogram) observeAgain(v float64) {
	switch {
	case h.many():
		h.other.row.Observe(h.other.find.atMost(v), v, observeManySlow)
	case h.opened(&h.row):
		h.row.Observe(0, v, observeInCells)
	default:
		h.observeInCells(v)
	}
}

// observeManySlow is the slow path of an Observe with many bounds.
func observeManySlow(w unsafe.Pointer, from int, v float64) {
	o := (*otherHistogram)(w)
	if o.of.opened(&o.row) {
		o.row.Observe(from, v, observeManyInCells)
	} else {
		o.of.observeInCells(v)
	}
}

func observeInCells(w unsafe.Pointer, _ int, v float64) { (*Histogram)(w).observeInCells(v) }
func observeManyInCells(w unsafe.Pointer, _ int, v float64) {
	(*otherHistogram)(w).of.observeInCells(v)
}

func (h *Histogram) observeInCells(v float64) {
	if h.other == nil {
		h.parts.observe(linear(h.bounds, v), v)
		return
	}
	i := h.other.find.find(v)
	if x := h.other.exact; x != nil {
		x.observe(i, v)
	} else {
		h.parts.observe(i, v)
	}
}

// many reports whether it is the row of many bounds that is used.
func (h *Histogram) many() bool { return h.other != nil && len(h.bounds) > fewBounds }

// usedRow returns the row that is used.
func (h *Histogram) usedRow() *backend.Row {
	if h.many() {
		return &h.other.row
	}
	return &h.row
}

// opened reports whether a row is open. It opens one that is unused if there is a
// default backend by now.
func (h *Histogram) opened(r *backend.Row) bool {
	if r.Unused() {
		if b, ok := defaultIfReady(); ok {
			h.attach(b)
		}
	}
	return r.IsOpen()
}

// attaching serializes the opening of rows that do without a lock of their own.
var attaching sync.Mutex

// attach opens h's row on a backend, or closes it for good if that has none.
func (h *Histogram) attach(b backend.Backend) {
	if h.other != nil && h.other.exact != nil {
		h.other.exact.attach(b, h)
		return
	}
	attaching.Lock()
	defer attaching.Unlock()
	if r := h.usedRow(); r.Unused() {
		bounds := h.endless()
		if buckets := backend.NewBuckets(b, len(bounds)); buckets != nil {
			h.buckets.Store(buckets) // first: what is observed must be seen
			r.Open(buckets, bounds)
		} else {
			r.Close()
		}
	}
}

// endless returns the bounds and an infinity.
func (h *Histogram) endless() []float64 {
	if h.bounds == nil {
		return onlyInfinity
	}
	return h.bounds[:len(h.bounds)+1]
}

var onlyInfinity = []float64{math.Inf(1)}
