package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
)

// verification is a comparison with a second count.
type verification struct {
	Numbers     int      `json:"numbers"` // compared
	Differences []string `json:"differences"`
	Interrupted bool     `json:"interrupted"`

	skips []skip // of the second count
}

// verify counts again and compares. The second count shares as little code with
// the first as it can: it has another walk, another reader, another definition
// of space and of extensions, and adds up plain integers under a mutex.
func (p *program) verify(ctx context.Context, roots []string, first result) *verification {
	stop := p.console.Live(func() string { return "verifying" })
	defer stop()
	r := recount{open: p.reopen}
	if err := r.walk(ctx, roots, p.workers); err != nil {
		return &verification{Interrupted: true}
	}
	v := compare(first, r.result)
	v.skips = r.result.Skips
	return v
}

// recount is the second count.
type recount struct {
	open opener

	mu     sync.Mutex
	result result
}

// walk counts the trees. Its error is ctx's.
func (r *recount) walk(ctx context.Context, roots []string, workers int) error {
	r.result.Extensions = make(map[string]numbers)
	paths := make(chan string)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for path := range paths {
				r.countFile(ctx, path)
			}
		}()
	}
	for _, root := range roots {
		// The trailing separator makes WalkDir follow a symbolic link.
		_ = filepath.WalkDir(root+string(filepath.Separator), func(path string, e fs.DirEntry, err error) error {
			r.visit(paths, path, e, err)
			return ctx.Err()
		})
	}
	close(paths)
	wg.Wait()
	return ctx.Err()
}

// visit is called for everything that is listed, and a second time for a
// directory that couldn't be.
func (r *recount) visit(paths chan<- string, path string, e fs.DirEntry, err error) {
	switch {
	case err != nil && e == nil: // a root that is gone
		r.change(func(n *result) { n.skip(path, err) })
	case err != nil:
		r.change(func(n *result) { n.Dirs--; n.skip(path, err) })
	case e.IsDir():
		r.change(func(n *result) { n.Dirs++ })
	case e.Type() == 0:
		paths <- path
	default:
		r.change(func(n *result) { n.Other++ })
	}
}

func (r *recount) change(f func(*result)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.result)
}

func (r *result) skip(path string, err error) {
	r.Skipped++
	r.Skips = append(r.Skips, skip{path, cause(err)})
}

func (r *recount) countFile(ctx context.Context, path string) {
	n, err := recountFile(ctx, r.open, path)
	if ctx.Err() != nil {
		return
	}
	r.change(func(sum *result) {
		if err != nil {
			sum.skip(path, err)
			return
		}
		ext := filepath.Ext(path)
		if ext == filepath.Base(path) || ext == "." || ext == "" {
			ext = noExtension
		}
		sum.numbers = sum.plus(n)
		sum.Extensions[ext] = sum.Extensions[ext].plus(n)
	})
}

func (n numbers) plus(m numbers) numbers {
	return numbers{n.Files + m.Files, n.Bytes + m.Bytes, n.Lines + m.Lines, n.Words + m.Words}
}

// recountFile counts one file byte by byte: a word ends where a space follows
// another byte, or the file does.
func recountFile(ctx context.Context, open opener, path string) (numbers, error) {
	f, err := open(path)
	if err != nil {
		return numbers{}, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 16<<10)
	n := numbers{Files: 1}
	previous := byte(' ')
	for {
		b, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			if !space(previous) {
				n.Words++
			}
			return n, nil
		}
		if err != nil {
			return numbers{}, err
		}
		n.Bytes++
		if n.Bytes%(1<<20) == 0 && ctx.Err() != nil {
			return numbers{}, ctx.Err()
		}
		if b == '\n' {
			n.Lines++
		}
		if space(b) && !space(previous) {
			n.Words++
		}
		previous = b
	}
}

func space(b byte) bool { return b == ' ' || b >= 9 && b <= 13 }

// compare compares all numbers of two results.
func compare(first, second result) *verification {
	v := &verification{Differences: []string{}}
	check := func(what string, a, b int64) {
		v.Numbers++
		if a != b {
			v.Differences = append(v.Differences, fmt.Sprintf("%s: counted %d, verified %d", what, a, b))
		}
	}
	checkAll := func(what string, a, b numbers) {
		check(what+"files", a.Files, b.Files)
		check(what+"bytes", a.Bytes, b.Bytes)
		check(what+"lines", a.Lines, b.Lines)
		check(what+"words", a.Words, b.Words)
	}
	checkAll("", first.numbers, second.numbers)
	check("dirs", first.Dirs, second.Dirs)
	check("other", first.Other, second.Other)
	check("skipped", first.Skipped, second.Skipped)
	names := maps.Clone(first.Extensions)
	maps.Copy(names, second.Extensions)
	for _, ext := range slices.Sorted(maps.Keys(names)) {
		checkAll(ext+" ", first.Extensions[ext], second.Extensions[ext])
	}
	return v
}
