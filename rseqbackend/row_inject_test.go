//go:build percpuinject && linux && (amd64 || arm64) && gc && !purego

package rseqbackend

import "testing"

// observe is the operation without turns, which complain.
func observe(t *testing.T, b *Backend) (func(int64), func() int64) {
	r := newTurns(t, b)
	return r.add, func() int64 {
		return int64(r.buckets[0].Add(make([]uint64, len(rowBounds)))) + int64(r.slow.Sum())
	}
}
