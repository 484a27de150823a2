package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func running() bool { return false }

// TestCountFile counts with blocks of every small size, so that words and lines
// cross their borders everywhere.
func TestCountFile(t *testing.T) {
	for _, tt := range []struct {
		text         string
		lines, words int64
	}{
		{"", 0, 0},
		{"\n", 1, 0},
		{"word", 0, 1},
		{" word ", 0, 1},
		{"a b", 0, 2},
		{"a\nb", 1, 2},
		{"a\n\n\nb\n", 4, 2},
		{"no newline\nat the end", 1, 5},
		{"\t\v\f\r \n", 1, 0},
		{"\x00\x1f \xff\u00a0", 0, 2},
		{wordsTxt, wordsTxtNumbers.Lines, wordsTxtNumbers.Words},
	} {
		want := numbers{1, int64(len(tt.text)), tt.lines, tt.words}
		for size := 1; size <= len(tt.text)+1; size++ {
			total, ext := new(tally), newExtension()
			if err := countFile(strings.NewReader(tt.text), make([]byte, size), total, ext, running); err != nil {
				t.Fatal(err)
			}
			if total.load() != want || ext.load() != want {
				t.Errorf("%q in blocks of %d: %+v and %+v, want %+v", tt.text, size, total.load(), ext.load(), want)
			}
		}
	}
}

// TestCountFileKeepsNothingOfAFailure breaks a file after every byte.
func TestCountFileKeepsNothingOfAFailure(t *testing.T) {
	total, ext := new(tally), newExtension()
	total.files.Add(7)
	for n := range wordsTxt {
		r := io.MultiReader(strings.NewReader(wordsTxt[:n]), iotest.ErrReader(errBroken))
		if err := countFile(r, make([]byte, 3), total, ext, running); !errors.Is(err, errBroken) {
			t.Fatalf("error %v, want %v", err, errBroken)
		}
		if total.load() != (numbers{Files: 7}) || ext.load() != (numbers{}) {
			t.Fatalf("after %d bytes and an error: %+v and %+v are left", n, total.load(), ext.load())
		}
	}
}

func TestCountFileStops(t *testing.T) {
	total, ext := new(tally), newExtension()
	blocks := 0
	stopped := func() bool { blocks++; return blocks == 3 }
	err := countFile(strings.NewReader(wordsTxt), make([]byte, 2), total, ext, stopped)
	if err != errStopped || blocks != 3 {
		t.Errorf("%v after %d blocks", err, blocks)
	}
	if total.load() != (numbers{}) || ext.load() != (numbers{}) {
		t.Errorf("%+v and %+v are left", total.load(), ext.load())
	}
}

// TestReaders: data with io.EOF and reads of nothing change nothing.
func TestReaders(t *testing.T) {
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte": iotest.OneByteReader,
		"half":     iotest.HalfReader,
		"data+EOF": iotest.DataErrReader,
	} {
		total, ext := new(tally), newExtension()
		if err := countFile(wrap(strings.NewReader(wordsTxt)), make([]byte, 4), total, ext, running); err != nil {
			t.Fatal(err)
		}
		if total.load() != wordsTxtNumbers {
			t.Errorf("%s: %+v, want %+v", name, total.load(), wordsTxtNumbers)
		}
	}
}

// TestBothCountsAgree compares the two implementations on random text, and both
// with a third.
func TestBothCountsAgree(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	const alphabet = "ab \t\n\v\f\r\x00\x85\xa0"
	for range 300 {
		text := make([]byte, random.IntN(200))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		total, ext := new(tally), newExtension()
		if err := countFile(strings.NewReader(string(text)), make([]byte, 1+random.IntN(20)), total, ext, running); err != nil {
			t.Fatal(err)
		}
		open := func(string) (file, error) { return readerFile{nopFile{}, strings.NewReader(string(text))}, nil }
		second, err := recountFile(t.Context(), open, "")
		if err != nil {
			t.Fatal(err)
		}
		third := numbers{
			Files: 1,
			Bytes: int64(len(text)),
			Lines: int64(strings.Count(string(text), "\n")),
			Words: int64(len(strings.FieldsFunc(latin1(text), func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) }))),
		}
		if total.load() != third || second != third {
			t.Fatalf("seed %d: %q: %+v, %+v and %+v", seed, text, total.load(), second, third)
		}
	}
}

// latin1 makes each byte a rune.
func latin1(text []byte) string {
	runes := make([]rune, len(text))
	for i, b := range text {
		runes[i] = rune(b)
	}
	return string(runes)
}

type nopFile struct{ file }

func (nopFile) Close() error { return nil }

// BenchmarkCountFile is the hot loop, on all CPUs and one pair of tallies.
func BenchmarkCountFile(b *testing.B) {
	text := strings.Repeat("a line of six short words\n", 1000)
	for _, size := range []int{4 << 10, 64 << 10} {
		b.Run(fmt.Sprintf("block=%d", size), func(b *testing.B) {
			total, ext := new(tally), newExtension()
			b.SetBytes(int64(len(text)))
			b.RunParallel(func(pb *testing.PB) {
				block := make([]byte, size)
				for pb.Next() {
					if err := countFile(strings.NewReader(text), block, total, ext, running); err != nil {
						b.Error(err)
					}
				}
			})
			if got, want := total.lines.Load(), int64(1000*b.N); got != want {
				b.Errorf("%d lines, want %d", got, want)
			}
		})
	}
}
