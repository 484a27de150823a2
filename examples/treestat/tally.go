package main

import "github.com/percpu-go/percpu/primitives"

// tally counts files and what is in them. The zero value is ready.
type tally struct {
	files, bytes, lines, words primitives.Counter
}

func (t *tally) load() numbers {
	return numbers{t.files.Load(), t.bytes.Load(), t.lines.Load(), t.words.Load()}
}

// counts is all that a walk counts, by all of its workers at once.
type counts struct {
	tally
	dirs, other, skipped primitives.Counter
	extensions           extensions
}

func (c *counts) load() result {
	return result{
		numbers:    c.tally.load(),
		Dirs:       c.dirs.Load(),
		Other:      c.other.Load(),
		Skipped:    c.skipped.Load(),
		Extensions: c.extensions.load(),
	}
}

// numbers are what a tally has counted.
type numbers struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
	Lines int64 `json:"lines"`
	Words int64 `json:"words"`
}

// result is what a walk has counted.
type result struct {
	numbers
	Dirs       int64              `json:"dirs"`
	Other      int64              `json:"other"`   // neither regular files nor directories
	Skipped    int64              `json:"skipped"` // files and directories that couldn't be read
	Extensions map[string]numbers `json:"extensions"`
	Skips      []skip             `json:"skips"`
}

// skip is a file or directory that couldn't be read, and why.
type skip struct {
	Path  string `json:"path"`
	Cause string `json:"cause"`
}

func (s skip) String() string { return s.Path + ": " + s.Cause }
