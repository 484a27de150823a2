package primitives

import (
	"fmt"
	"hash/maphash"
	"strings"
	"testing"
)

// variants are strings of that length, of which each differs from the first in one
// byte, at every position.
func variants(length int) (all []string) {
	base := []byte(strings.Repeat("a", length))
	all = append(all, string(base))
	for i := range base {
		for _, c := range []byte{0, 'b', 'a' ^ 0x80} {
			base[i] = c
			all = append(all, string(base))
		}
		base[i] = 'a'
	}
	return all
}

// TestStringHash: a hash depends on every byte and on the length, and keys as people
// have them are spread as random numbers would be.
func TestStringHash(t *testing.T) {
	seed := maphash.MakeSeed()
	h := newWordHash(seed)
	seen := make(map[uint64]string)
	for length := range 3 * shortString {
		for _, s := range variants(length) {
			x := h.ofString(seed, s)
			if other, ok := seen[x]; ok {
				t.Errorf("%q and %q have the same hash", s, other)
			}
			seen[x] = s
			if y := h.ofString(seed, strings.Clone(s)); x != y {
				t.Errorf("%q: hashes %x and %x", s, x, y)
			}
		}
	}
	const n = 1 << 12
	for name, key := range map[string]string{"short": "%d", "padded": "%08d", "path": "/some/path/%d", "user": "user:%d:session:%[1]d", "long": "https://example.org/some/where/%d/index.html"} {
		for range 5 {
			seed := maphash.MakeSeed()
			h := newWordHash(seed)
			var buckets, tags [n]int
			for i := range n {
				x := h.ofString(seed, fmt.Sprintf(key, i))
				buckets[x>>52]++
				tags[tagOf(x)&0x7f*32+x>>59]++
			}
			for what, counts := range map[string][n]int{"buckets": buckets, "tags": tags} {
				over := 0
				for _, c := range counts {
					over += max(0, c-3)
				}
				if ratio := float64(over) / n / 0.0233; ratio > 2 {
					t.Errorf("%s, %s: %.2f times as many keys in full buckets as of random numbers", name, what, ratio)
				}
			}
		}
	}
}

// TestMapStringLengths: strings of all lengths that differ in one byte are different
// keys, in one chain too, and equal ones in other memory are the same.
func TestMapStringLengths(t *testing.T) {
	for name, m := range map[string]*Map[string, string]{"hashed": new(Map[string, string]), "all in one chain": NewMap[string, string](WithShards(1))} {
		for length := range 40 {
			all := variants(length)
			if name != "hashed" { // as if all hashes were alike, but by the way of strings
				m.Clear()
				m.core.words = wordHash{}
			}
			for i, s := range all {
				if i%2 == 0 {
					m.Store(s, s)
				}
			}
			for i, s := range all {
				if v, ok := m.Load(strings.Clone(s)); ok != (i%2 == 0) || ok && v != s {
					t.Errorf("%s: Load(%q) = %q, %t", name, s, v, ok)
				}
			}
		}
	}
	m := NewMap[string, int](WithShards(1))
	m.core.words = wordHash{}
	for n := range 40 {
		if v, ok := m.Load(strings.Repeat("a", n)); ok {
			t.Errorf("%d bytes are taken for %d", n, v)
		}
		m.Store(strings.Repeat("a", n), n)
	}
}
