package main

import (
	"strings"

	"github.com/percpu-go/percpu/primitives"
)

// noExtension stands for files without one.
const noExtension = "(none)"

// extensionOf returns the extension of a file's name, with its dot.
func extensionOf(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || dot == len(name)-1 {
		return noExtension
	}
	return name[dot:]
}

// extensions counts for each extension that has been met. The zero value is
// ready.
type extensions struct {
	files, bytes, lines, words primitives.CounterMap[string]
}

// extension is the counters of one extension, looked up.
type extension struct {
	files, bytes, lines, words *primitives.KeyCounter[string]
}

// counters looks an extension up.
func (e *extensions) counters(ext string) extension {
	ext = strings.Clone(ext) // not to keep a file's whole name
	return extension{e.files.Counter(ext), e.bytes.Counter(ext), e.lines.Counter(ext), e.words.Counter(ext)}
}

// load returns all numbers, without extensions of which no file counts.
func (e *extensions) load() map[string]numbers {
	all := make(map[string]numbers)
	add := func(counts *primitives.CounterMap[string], to func(n *numbers) *int64) {
		for ext, count := range counts.All() {
			if count != 0 { // of a file that was taken back, and of empty ones
				n := all[ext]
				*to(&n) = count
				all[ext] = n
			}
		}
	}
	add(&e.files, func(n *numbers) *int64 { return &n.Files })
	add(&e.bytes, func(n *numbers) *int64 { return &n.Bytes })
	add(&e.lines, func(n *numbers) *int64 { return &n.Lines })
	add(&e.words, func(n *numbers) *int64 { return &n.Words })
	return all
}
