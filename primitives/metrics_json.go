package primitives

import (
	"encoding/json"
	"slices"
)

// jsonFloat is a float64 that is JSON whatever it is: see FloatCounter.MarshalJSON.
type jsonFloat float64

func (f jsonFloat) MarshalJSON() ([]byte, error) { return appendJSONFloat(nil, float64(f)), nil }

// text returns what marshal does: no value of these kinds can't be marshalled.
func text(v json.Marshaler) string {
	b, err := v.MarshalJSON()
	if err != nil {
		panic("percpu: " + err.Error())
	}
	return string(b)
}

// String returns the histogram as MarshalJSON does: with that, it makes a Histogram an
// expvar.Var.
func (h *Histogram) String() string { return text(h) }

// MarshalJSON returns a Snapshot as a JSON object with "bounds", "buckets", "count" and
// "sum". What is not finite is a string, as with FloatCounter.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	var s HistogramSnapshot
	h.Snapshot(&s)
	return json.Marshal(struct {
		Bounds  []float64 `json:"bounds"`
		Buckets []uint64  `json:"buckets"`
		Count   uint64    `json:"count"`
		Sum     jsonFloat `json:"sum"`
	}{append([]float64{}, s.Bounds...), s.Buckets, s.Count, jsonFloat(s.Sum)})
}

// String returns the histogram as MarshalJSON does: with that, it makes an ExpHistogram an
// expvar.Var.
func (h *ExpHistogram) String() string { return text(h) }

// MarshalJSON returns a Snapshot as a JSON object with "scale", "zero_threshold",
// "zero_count", "nan_count", "positive" and "negative", which have "offset" and "counts",
// "count" and "sum". What is not finite is a string, as with FloatCounter.
func (h *ExpHistogram) MarshalJSON() ([]byte, error) {
	var s ExpHistogramSnapshot
	h.Snapshot(&s)
	type buckets struct {
		Offset int32    `json:"offset"`
		Counts []uint64 `json:"counts"`
	}
	side := func(b ExpBuckets) buckets { return buckets{b.Offset, append([]uint64{}, b.Counts...)} }
	return json.Marshal(struct {
		Scale         int32     `json:"scale"`
		ZeroThreshold float64   `json:"zero_threshold"`
		ZeroCount     uint64    `json:"zero_count"`
		NaNCount      uint64    `json:"nan_count"`
		Positive      buckets   `json:"positive"`
		Negative      buckets   `json:"negative"`
		Count         uint64    `json:"count"`
		Sum           jsonFloat `json:"sum"`
	}{s.Scale, s.ZeroThreshold, s.ZeroCount, s.NaNCount, side(s.Positive), side(s.Negative), s.Count, jsonFloat(s.Sum)})
}

// jsonSeries is a series of a vector.
type jsonSeries struct {
	Labels map[string]string `json:"labels"`
	Value  json.Marshaler    `json:"value"`

	values []string
}

// marshalSeries returns the series of a vector, in the order of their labels' values.
func marshalSeries[T json.Marshaler](labels []string, each func(func([]string, T) bool)) ([]byte, error) {
	all := []jsonSeries{}
	each(func(values []string, item T) bool {
		s := jsonSeries{make(map[string]string, len(labels)), item, values}
		for i, l := range labels {
			s.Labels[l] = values[i]
		}
		all = append(all, s)
		return true
	})
	slices.SortFunc(all, func(a, b jsonSeries) int { return slices.Compare(a.values, b.values) })
	return json.Marshal(all)
}

// String returns the series as MarshalJSON does: with that, it makes a CounterVec an
// expvar.Var.
func (c *CounterVec) String() string { return text(c) }

// MarshalJSON returns the series as a JSON array of objects with "labels" and "value". What
// is in the Overflow is not in it.
func (c *CounterVec) MarshalJSON() ([]byte, error) { return marshalSeries(c.Labels(), c.Range) }

// String returns the series as MarshalJSON does: with that, it makes a FloatCounterVec an
// expvar.Var.
func (c *FloatCounterVec) String() string { return text(c) }

// MarshalJSON returns the series as CounterVec.MarshalJSON does.
func (c *FloatCounterVec) MarshalJSON() ([]byte, error) { return marshalSeries(c.Labels(), c.Range) }

// String returns the series as MarshalJSON does: with that, it makes a HistogramVec an
// expvar.Var.
func (h *HistogramVec) String() string { return text(h) }

// MarshalJSON returns the series as CounterVec.MarshalJSON does, each value being what
// Histogram.MarshalJSON returns.
func (h *HistogramVec) MarshalJSON() ([]byte, error) { return marshalSeries(h.Labels(), h.Range) }
