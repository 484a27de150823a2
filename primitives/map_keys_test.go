package primitives

import (
	"fmt"
	"hash/maphash"
	"math"
	"testing"
)

// TestWordHash: keys as people have them are spread over buckets and shards as
// random numbers would be.
func TestWordHash(t *testing.T) {
	const n = 1 << 12 // keys, for as many buckets
	patterns := map[string]func(i uint64) uint64{
		"negative": func(i uint64) uint64 { return -i },
		"squares":  func(i uint64) uint64 { return i * i },
		"floats":   func(i uint64) uint64 { return math.Float64bits(float64(i)) },
		"pointers": func(i uint64) uint64 { return 0xc000_0000_0000 + 48*i },
		"pairs":    func(i uint64) uint64 { return i%64 | i/64<<32 },
		"bytes":    func(i uint64) uint64 { return i%16 | i/16%16<<24 | i/256<<56 },
		"times 10": func(i uint64) uint64 { return 10 * i },
		"millions": func(i uint64) uint64 { return 1_000_000 * i },
	}
	for shift := range 53 {
		patterns[fmt.Sprint("shifted by ", shift)] = func(i uint64) uint64 { return i << shift }
	}
	worst := 0.0
	for range 10 {
		h := newWordHash(maphash.MakeSeed())
		for name, key := range patterns {
			var buckets, low, tags [n]int
			for i := range uint64(n) {
				x := h.of(key(i))
				buckets[x>>52]++
				low[x%n]++
				tags[tagOf(x)&0x7f*32+x>>59]++ // together
			}
			for what, counts := range map[string][n]int{"buckets": buckets, "low bits": low, "tags": tags} {
				over := 0 // keys beyond the third of a bucket
				for _, c := range counts {
					over += max(0, c-3)
				}
				// Random numbers: 0.0233 n keys on average.
				ratio := float64(over) / n / 0.0233
				worst = max(worst, ratio)
				if ratio > 2 {
					t.Errorf("%+v, keys %s, %s: %.2f times as many keys in full buckets as of random numbers", h, name, what, ratio)
				}
			}
		}
	}
	t.Logf("the worst: %.2f times as many keys in full buckets as of random numbers", worst)
}
