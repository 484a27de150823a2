package main

import (
	"bytes"
	"context"
	"io"
	"iter"
)

// isSpace is isspace of the C locale.
var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true}

// blocks reads r in parts of about size bytes that end where a word does, or with
// lines where a line does, and passes them to f.
func blocks(ctx context.Context, r io.Reader, size int, lines bool, f func(block []byte) error) error {
	var rest []byte // of what was read, behind the last end
	for {
		block := make([]byte, len(rest), len(rest)+size)
		copy(block, rest)
		n, err := r.Read(block[len(rest):cap(block)])
		if ctx.Err() != nil {
			return errStopped
		}
		block = block[:len(rest)+n]
		end := len(block)
		if err == nil {
			end = lastEnd(block, len(rest), lines)
		}
		rest = block[end:]
		if end > 0 {
			if err := f(block[:end:end]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// lastEnd returns the index behind the last white space of block, or with lines
// behind the last newline, or 0. Before from there is none.
func lastEnd(block []byte, from int, lines bool) int {
	if lines {
		return bytes.LastIndexByte(block, '\n') + 1
	}
	for i := len(block); i > from; i-- {
		if isSpace[block[i-1]] {
			return i
		}
	}
	return 0
}

// keys returns the words of a text, or if field is not 0 that word of each line.
func keys(text string, field int) iter.Seq[string] {
	return func(yield func(string) bool) {
		n := 0 // of the word in its line
		for i := 0; i < len(text); {
			if c := text[i]; isSpace[c] {
				if c == '\n' {
					n = 0
				}
				i++
				continue
			}
			begin := i
			for i < len(text) && !isSpace[text[i]] {
				i++
			}
			if n++; (field == 0 || n == field) && !yield(text[begin:i]) {
				return
			}
		}
	}
}
