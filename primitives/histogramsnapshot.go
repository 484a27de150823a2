package primitives

// A HistogramSnapshot is what a Histogram has counted. It is plain data: it may be
// copied, kept, and given to Snapshot again, which then uses its slices.
type HistogramSnapshot struct {
	Bounds  []float64 // inclusive upper bounds of the buckets but the last, which has none
	Buckets []uint64  // one more than Bounds; of each bucket alone, not cumulative
	Count   uint64    // the sum of Buckets
	Sum     float64   // of all observations
}
