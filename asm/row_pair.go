//go:build !arm64

package asm

import (
	"math"
	"sync/atomic"
)

// BucketSize is how many bytes a bucket has in each slot: see row_spec.go.
const BucketSize = 16

// Bucket is a bucket as sections write it.
type Bucket struct {
	sum   uint64
	count uint64
}

// LoadBucket returns what a bucket holds. Of an observation that is under way it may have
// the one and not the other.
func LoadBucket(b *Bucket) (count uint64, sum float64) {
	return atomic.LoadUint64(&b.count), math.Float64frombits(atomic.LoadUint64(&b.sum))
}
