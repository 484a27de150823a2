package lincheck

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/anishathalye/porcupine"
)

// The promise of Histogram.Snapshot, written down. With exact snapshots a Snapshot is
// a read of all of the histogram: the buckets and the sum are those of one moment.
// Without, each bucket is read at a moment of its own between the Snapshot's
// beginning and its end, and so is the sum.

// Histograms is a histogram with three buckets. What is observed is so near to 1 that
// the sum is counted in whole numbers.
type Histograms interface {
	Observe(bucket int)
	Snapshot() histogramState
}

// histogramState is what was observed, and the output of a Snapshot.
type histogramState struct {
	buckets [3]uint64
	sum     float64
}

// parts of a histogram: a bucket, or the sum.
const (
	sumPart   = 3
	partCount = 4
	allParts  = -1
)

// observation is the input of an Observe, of a bucket, or of a Snapshot, as part of
// the history of some part.
type observation struct {
	bucket   int
	snapshot bool
	part     int
}

// step is the specification.
func (in observation) step(old, out histogramState) (legal bool, next histogramState) {
	if in.snapshot {
		switch in.part {
		case allParts:
			return out == old, old
		case sumPart:
			return out.sum == old.sum, old
		}
		return out.buckets[in.part] == old.buckets[in.part], old
	}
	old.buckets[in.bucket]++
	old.sum++ // see HistogramScenario
	return true, old
}

// histogramModel is the model of a histogram, exact or not.
func histogramModel(exact bool) porcupine.Model {
	m := porcupine.Model{
		Init: func() any { return histogramState{} },
		Step: func(state, input, output any) (bool, any) {
			legal, next := input.(observation).step(state.(histogramState), output.(histogramState))
			return legal, next
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v = %+v", input, output) },
	}
	if exact {
		return m
	}
	m.Partition = func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, partCount)
		for part := range parts {
			parts[part] = slices.Clone(history)
			for i, op := range history {
				in := op.Input.(observation)
				in.part = part
				parts[part][i].Input = in
			}
		}
		return parts
	}
	return m
}

// HistogramScenario observes and takes snapshots, once in three calls. Each observation adds
// 1 to the sum, but for a fraction: of a counter to which only ones are added every
// Load is linearizable.
func HistogramScenario(threads, calls int, exact bool, fresh func() Histograms) Scenario {
	return Scenario{
		Model:   histogramModel(exact),
		Threads: threads,
		New: func() func(any) any {
			h := fresh()
			return func(input any) any {
				if in := input.(observation); !in.snapshot {
					h.Observe(in.bucket)
					return histogramState{}
				}
				return h.Snapshot()
			}
		},
		Inputs: func(rng *rand.Rand, thread int) []any {
			inputs := make([]any, calls)
			for i := range inputs {
				inputs[i] = observation{rng.IntN(3), rng.IntN(3) == 0, allParts}
			}
			return inputs
		},
	}
}
