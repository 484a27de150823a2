package primitives

// An ExpHistogramSnapshot is what an ExpHistogram has counted, in the terms of
// OpenTelemetry's exponential histograms. It is plain data: it may be copied, kept, and given to
// Snapshot again, which then uses its slices.
//
// In Prometheus' native histograms Scale is the schema, and a bucket's index is
// greater by one, because it is named by its upper bound.
type ExpHistogramSnapshot struct {
	Scale         int32      // the base of the buckets' bounds is 2^(2^-Scale)
	ZeroThreshold float64    // what is not farther from zero is in ZeroCount
	ZeroCount     uint64     //
	Positive      ExpBuckets //
	Negative      ExpBuckets // of absolute values
	NaNCount      uint64     // what is in no bucket
	Count         uint64     // the sum of all counts
	Sum           float64    // of all observations
}

// ExpBuckets are the buckets of one sign. Bucket i holds what is above
// base^(Offset+i) and not above base^(Offset+i+1). The first and the last are not
// empty, if there are any.
type ExpBuckets struct {
	Offset int32
	Counts []uint64
}
