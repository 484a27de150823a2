package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// verification is a second count by other means: lines in place of blocks, package
// strings in place of a loop over bytes, and a map under a mutex.
type verification struct {
	Interrupted bool     `json:"interrupted"`
	Numbers     int      `json:"numbers"` // compared
	Differences []string `json:"differences"`
	Seconds     float64  `json:"seconds"`
}

// recount is the result of a second count.
type recount struct {
	mu    sync.Mutex
	keys  map[string]int64
	total int64
	bytes int64
}

func (p *program) verify(ctx context.Context, f flags, in *input, first *report) *verification {
	if err := in.rewind(); err != nil {
		return &verification{Differences: []string{err.Error()}}
	}
	second := recount{keys: make(map[string]int64)}
	start := time.Now()
	stop := p.console.Live(func() string { return "verifying" })
	p.recount(ctx, &second, f.field, in)
	stop()
	if ctx.Err() != nil {
		return &verification{Interrupted: true}
	}
	v := compare(first.result, &second)
	v.Seconds = time.Since(start).Seconds()
	return v
}

// recount counts everything again. What can't be read has been reported.
func (p *program) recount(ctx context.Context, sum *recount, field int, in *input) {
	const batch = 1000 // lines that one worker takes at once
	work := make(chan []string, p.workers)
	var workers sync.WaitGroup
	for range p.workers {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for lines := range work {
				sum.add(lines, field)
			}
		}()
	}
	in.each(func(r io.Reader) error {
		lines := bufio.NewReaderSize(r, 64<<10)
		var some []string
		for {
			line, err := lines.ReadString('\n')
			some = append(some, line)
			if len(some) == batch || err != nil {
				work <- some
				some = nil
			}
			switch {
			case ctx.Err() != nil:
				return errStopped
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			}
		}
	})
	close(work)
	workers.Wait()
}

func (c *recount) add(lines []string, field int) {
	for _, line := range lines {
		words := strings.FieldsFunc(line, func(r rune) bool { return r < 0x80 && strings.ContainsRune(" \t\n\v\f\r", r) })
		if field > 0 {
			words = words[min(field-1, len(words)):min(field, len(words))]
		}
		for _, word := range words {
			c.mu.Lock()
			c.keys[word]++
			c.total++
			c.mu.Unlock()
		}
		c.mu.Lock()
		c.bytes += int64(len(line))
		c.mu.Unlock()
	}
}

// compare compares all numbers. If there was no room for all keys, which of them
// had one is chance, and those that did may have come before and after others:
// then no key may have more than it should, and the sum must be right.
func compare(first result, second *recount) *verification {
	v := &verification{Differences: []string{}}
	check := func(what string, a, b int64, equal bool) {
		v.Numbers++
		if !equal {
			v.Differences = append(v.Differences, fmt.Sprintf("%s: counted %d, verified %d", what, a, b))
		}
	}
	exactly := func(what string, a, b int64) { check(what, a, b, a == b) }
	exactly("bytes", first.Bytes, second.bytes)
	exactly("total", first.Total, second.total)
	sum := first.Other
	for _, n := range first.all {
		sum += n
	}
	exactly("sum of all keys", sum, second.total)
	if first.Other == 0 {
		exactly("keys", int64(len(first.all)), int64(len(second.keys)))
	}
	names := maps.Clone(first.all)
	if first.Other == 0 {
		maps.Copy(names, second.keys)
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		a, b := first.all[key], second.keys[key]
		check(printable(key), a, b, a == b || first.Other > 0 && a < b)
	}
	return v
}
