package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// counts is what all workers count at once.
type counts struct {
	bytes, keys primitives.Counter
	byKey       *primitives.CounterMap[string]
}

func newCounts(f flags) *counts {
	c := new(counts)
	if f.maxKeys > 0 {
		c.byKey = primitives.NewCounterMap[string](primitives.WithMaxKeys(f.maxKeys))
	} else {
		c.byKey = primitives.NewCounterMap[string]()
	}
	return c
}

// add counts the keys of a block.
func (c *counts) add(block []byte, field int) {
	n := int64(0)
	for key := range keys(string(block), field) {
		if c.byKey.Load(key) == 0 {
			key = strings.Clone(key) // not to keep the whole block for a new key
		}
		c.byKey.Inc(key)
		n++
	}
	c.keys.Add(n)
	c.bytes.Add(int64(len(block)))
}

// countAll reads the input and lets the workers count it. It returns why files
// could not be read, or not to the end.
func (p *program) countAll(ctx context.Context, c *counts, field int, in *input) []error {
	work := make(chan []byte, p.workers)
	var workers sync.WaitGroup
	for range p.workers {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for block := range work {
				if ctx.Err() == nil {
					c.add(block, field)
				}
			}
		}()
	}
	read := make(chan []error, 1)
	go func() {
		defer close(work)
		read <- in.each(func(r io.Reader) error {
			return blocks(ctx, r, p.block, field > 0, func(block []byte) error {
				select {
				case work <- block:
					return nil
				case <-ctx.Done():
					return errStopped
				}
			})
		})
	}()
	select {
	case failures := <-read:
		workers.Wait()
		return failures
	case <-ctx.Done(): // the reader may be held up in a read, and is left behind
		return nil
	}
}

// progress is the changing line.
func (c *counts) progress(elapsed time.Duration) string {
	return fmt.Sprintf("%s, %d counted, %d keys in %.1fs",
		megabytes(c.bytes.Load()), c.keys.Load(), c.byKey.Len(), elapsed.Seconds())
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// load returns what was counted.
func (c *counts) load() result {
	r := result{
		Bytes: c.bytes.Load(),
		Total: c.keys.Load(),
		Other: c.byKey.Overflow().Load(),
		all:   make(map[string]int64, c.byKey.Len()),
	}
	for key, n := range c.byKey.All() {
		r.all[key] = n
	}
	r.Keys = len(r.all)
	return r
}
