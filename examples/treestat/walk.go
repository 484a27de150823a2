package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

const (
	listSize  = 256 // directory entries to read at once
	batchSize = 8   // files that one worker takes at once

	// grace is how long an interrupted walk waits for workers. One that is
	// held up in a read is left behind.
	grace = 500 * time.Millisecond
)

// file is what an opener returns: a regular file or a directory.
type file = fs.ReadDirFile

func openFile(path string) (file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// walker counts trees with a fixed number of workers. It is used once.
type walker struct {
	*program
	counts  *counts
	queue   *queue
	stopped atomic.Bool

	mu    sync.Mutex
	skips []skip
}

func newWalker(p *program) *walker {
	return &walker{program: p, counts: new(counts), queue: newQueue(4 * p.workers)}
}

// walk counts the trees and reports whether it did all of it: it stops early if
// ctx is cancelled.
func (w *walker) walk(ctx context.Context, roots []string) (finished bool) {
	defer context.AfterFunc(ctx, func() {
		w.stopped.Store(true)
		w.queue.stop()
	})()
	for i := range roots {
		w.queue.addDir(roots[len(roots)-1-i]) // the first is on top
	}
	var workers sync.WaitGroup
	for range w.workers {
		workers.Add(1)
		go func() {
			defer workers.Done()
			w.work()
		}()
	}
	done := make(chan struct{})
	go func() {
		workers.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(grace):
		}
	}
	return !w.stopped.Load() && ctx.Err() == nil
}

func (w *walker) result() result {
	r := w.counts.load()
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Skips = append(r.Skips, w.skips...)
	return r
}

func (w *walker) work() {
	block := make([]byte, w.block)
	for {
		t, ok := w.queue.next()
		if !ok {
			return
		}
		if t.names == nil {
			w.listDir(t.dir, block)
		} else {
			w.countFiles(t, block)
		}
		w.queue.done()
	}
}

// listDir puts a directory's subdirectories and files into the queue.
func (w *walker) listDir(dir string, block []byte) {
	d, err := w.open(dir)
	if err != nil {
		w.skip(dir, err)
		return
	}
	defer d.Close()
	files := task{dir: dir}
	for err == nil && !w.stopped.Load() {
		var entries []fs.DirEntry
		entries, err = d.ReadDir(listSize)
		for _, e := range entries {
			switch {
			case e.IsDir():
				w.queue.addDir(filepath.Join(dir, e.Name()))
			case !e.Type().IsRegular():
				w.counts.other.Inc()
			default:
				files.names = append(files.names, e.Name())
				if len(files.names) == batchSize {
					w.giveAway(files, block)
					files.names = nil
				}
			}
		}
	}
	if len(files.names) > 0 {
		w.giveAway(files, block)
	}
	switch {
	case errors.Is(err, io.EOF):
		w.counts.dirs.Inc()
	case err != nil:
		w.skip(dir, err)
	}
}

// giveAway lets any worker count the files: this one, if the others have enough
// to do.
func (w *walker) giveAway(files task, block []byte) {
	if !w.queue.addFiles(files) {
		w.countFiles(files, block)
	}
}

func (w *walker) countFiles(t task, block []byte) {
	for _, name := range t.names {
		if w.stopped.Load() {
			return
		}
		path := filepath.Join(t.dir, name)
		err := w.countPath(path, extensionOf(name), block)
		if err != nil && err != errStopped {
			w.skip(path, err)
		}
	}
}

func (w *walker) countPath(path, ext string, block []byte) error {
	f, err := w.open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return countFile(f, block, &w.counts.tally, w.counts.extensions.counters(ext), w.stopped.Load)
}

// skip keeps and reports what can't be read.
func (w *walker) skip(path string, err error) {
	s := skip{path, cause(err)}
	w.counts.skipped.Inc()
	w.mu.Lock()
	w.skips = append(w.skips, s)
	w.mu.Unlock()
	w.console.Printf("treestat: skipped %s", s)
}

// cause is an error's text without the path, which stands before it.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Op + ": " + p.Err.Error()
	}
	return err.Error()
}
