package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// TestSplit reads texts in blocks of every small size, so that words and lines
// cross their borders everywhere, and compares with package strings.
func TestSplit(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	const alphabet = "ab \t\n\v\f\r\x00\x85\xa0"
	texts := []string{"", "a", "\n", access, "a longword", "no space at all"}
	for range 100 {
		text := make([]byte, random.IntN(60))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		texts = append(texts, string(text))
	}
	space := func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) }
	for _, text := range texts {
		for field := range 3 {
			var want []string
			for line := range strings.SplitSeq(text, "\n") {
				words := strings.FieldsFunc(line, space)
				if field > 0 {
					words = words[min(field-1, len(words)):min(field, len(words))]
				}
				want = append(want, words...)
			}
			for size := 1; size <= len(text)+1; size++ {
				var got []string
				var all strings.Builder
				r := iotest.DataErrReader(strings.NewReader(text))
				err := blocks(t.Context(), r, size, field > 0, func(block []byte) error {
					got = slices.AppendSeq(got, keys(string(block), field))
					all.Write(block)
					return nil
				})
				if err != nil || !slices.Equal(got, want) || all.String() != text {
					t.Fatalf("seed %d: %q in blocks of %d, field %d: %q and %q, %v, want %q", seed, text, size, field, got, all.String(), err, want)
				}
			}
		}
	}
}

func TestKeysStops(t *testing.T) {
	for range keys("a b", 0) {
		break
	}
}

func TestBlocksStop(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := blocks(ctx, strings.NewReader("a"), 8, false, nil); err != errStopped {
		t.Error(err)
	}
}

func TestProgressFitsALine(t *testing.T) {
	c := newCounts(flags{})
	c.bytes.Add(1e12)
	c.keys.Add(123_456_789_012)
	c.byKey.Inc("a")
	if s := c.progress(10 * time.Minute); len(s) > 79 || s != "1000000.0 MB, 123456789012 counted, 1 keys in 600.0s" {
		t.Errorf("%q", s)
	}
}
