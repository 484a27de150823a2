package main

import (
	"bytes"
	"errors"
	"io"
)

// errStopped is the error of a file that was left because of an interrupt.
var errStopped = errors.New("stopped")

// countFile counts what r holds, reading it in blocks of len(block) bytes. If
// reading fails nothing stays counted.
func countFile(r io.Reader, block []byte, total *tally, ext extension, stopped func() bool) error {
	f := fileCount{total: total, ext: ext}
	for {
		n, err := r.Read(block)
		f.add(block[:n])
		switch {
		case err == io.EOF:
			f.finish()
			return nil
		case err == nil && stopped():
			err = errStopped
		}
		if err != nil {
			f.takeBack()
			return err
		}
	}
}

// fileCount is the counting of one file. It adds each line and its words to the
// shared counters as soon as it sees them, which is far more often than
// necessary: to be hit hard is what these counters are for. What it has added it
// also keeps, to be able to take it back.
type fileCount struct {
	total  *tally
	ext    extension
	own    numbers
	inWord bool // the last byte was part of a word
}

func (f *fileCount) add(block []byte) {
	f.addBytes(int64(len(block)))
	for len(block) > 0 {
		line, rest, ended := bytes.Cut(block, newline)
		if words := f.countWords(line); words != 0 {
			f.addWords(words)
		}
		if ended {
			f.inWord = false
			f.addLines(1)
		}
		block = rest
	}
}

var newline = []byte{'\n'}

// countWords returns the number of words that begin in p.
func (f *fileCount) countWords(p []byte) (words int64) {
	inWord := f.inWord
	for _, b := range p {
		space := isSpace[b]
		if !space && !inWord {
			words++
		}
		inWord = !space
	}
	f.inWord = inWord
	return words
}

// isSpace is isspace of the C locale.
var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true}

func (f *fileCount) addBytes(n int64) {
	f.own.Bytes += n
	f.total.bytes.Add(n)
	f.ext.bytes.Add(n)
}

func (f *fileCount) addLines(n int64) {
	f.own.Lines += n
	f.total.lines.Add(n)
	f.ext.lines.Add(n)
}

func (f *fileCount) addWords(n int64) {
	f.own.Words += n
	f.total.words.Add(n)
	f.ext.words.Add(n)
}

func (f *fileCount) finish() {
	f.total.files.Inc()
	f.ext.files.Inc()
}

func (f *fileCount) takeBack() {
	f.addBytes(-f.own.Bytes)
	f.addLines(-f.own.Lines)
	f.addWords(-f.own.Words)
}
