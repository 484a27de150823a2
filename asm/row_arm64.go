package asm

import (
	"math"
	"sync/atomic"
)

// BucketSize is how many bytes a bucket has in each slot: see row_spec.go.
const BucketSize = 32

// Bucket is a bucket as sections write it.
type Bucket struct {
	count uint64
	sums  [2]uint64
	_     uint64
}

// LoadBucket returns what a bucket holds, count and sum of the same observations.
func LoadBucket(b *Bucket) (count uint64, sum float64) {
	for {
		count = atomic.LoadUint64(&b.count)
		sum = math.Float64frombits(atomic.LoadUint64(&b.sums[count&1]))
		if atomic.LoadUint64(&b.count) == count {
			return count, sum
		}
	}
}
