package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestSkipsFiles(t *testing.T) {
	for name, tt := range map[string]struct {
		open  opener
		cause string
	}{
		"vanished":      {vanishing("words.txt"), "file does not exist"},
		"broken":        {breaking("words.txt", "some words\nread before\n"), errBroken.Error()},
		"broken, empty": {breaking("words.txt", ""), errBroken.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			dir, want := smallTree(t)
			p, stdout, stderr := testProgram()
			p.open, p.reopen = tt.open, tt.open
			if status := p.run(t.Context(), []string{"-json", "-verify", dir}); status != exitOK {
				t.Fatalf("status %d: %s", status, stderr)
			}
			want.Skipped = 1
			want.numbers = want.minus(wordsTxtNumbers)
			want.Extensions[".txt"] = numbers{Files: 1} // the empty one
			r := parse(t, stdout.String())
			wantResult(t, r.result, want)
			if len(r.Skips) != 1 || r.Skips[0].Path != filepath.Join(dir, "words.txt") || !strings.Contains(r.Skips[0].Cause, tt.cause) {
				t.Errorf("skips %v, want words.txt for %q", r.Skips, tt.cause)
			}
			if !strings.Contains(stderr.String(), "skipped "+r.Skips[0].String()+"\n") {
				t.Errorf("not reported:\n%s", stderr)
			}
		})
	}
}

func (n numbers) minus(m numbers) numbers {
	return numbers{n.Files - m.Files, n.Bytes - m.Bytes, n.Lines - m.Lines, n.Words - m.Words}
}

func TestSkipsDirs(t *testing.T) {
	t.Run("vanished", func(t *testing.T) {
		dir, want := smallTree(t)
		p, _, stderr := testProgram()
		p.open = vanishing("sub")
		r := p.count(t.Context(), []string{dir})
		if r.Dirs != 1 || r.Skipped != 1 || r.Files != want.Files-3 || len(r.Skips) != 1 {
			t.Errorf("%+v", r.result)
		}
		if !strings.Contains(stderr.String(), filepath.Join(dir, "sub")) {
			t.Errorf("not reported:\n%s", stderr)
		}
	})
	t.Run("broken", func(t *testing.T) {
		dir, want := smallTree(t)
		p, _, _ := testProgram()
		p.open = func(path string) (file, error) {
			f, err := openFile(path)
			if err == nil && filepath.Base(path) == "sub" {
				return brokenDir{f}, nil
			}
			return f, err
		}
		r := p.count(t.Context(), []string{dir})
		want.Dirs, want.Skipped = want.Dirs-1, 1 // what was listed counts
		wantResult(t, r.result, want)
	})
}

// brokenDir lists its entries together with an error.
type brokenDir struct{ file }

func (d brokenDir) ReadDir(n int) ([]fs.DirEntry, error) {
	entries, _ := d.file.ReadDir(n)
	return entries, errBroken
}

// TestUnreadable is the real thing, which root doesn't see.
func TestUnreadable(t *testing.T) {
	if os.Getuid() <= 0 || runtime.GOOS == "js" {
		t.Skip("permissions have no effect here")
	}
	dir, want := smallTree(t)
	words, sub := filepath.Join(dir, "words.txt"), filepath.Join(dir, "sub")
	for _, path := range []string{words, sub} {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
	}
	defer os.Chmod(sub, 0o777) // or it couldn't be removed
	p, stdout, stderr := testProgram()
	if status := p.run(t.Context(), []string{"-json", "-verify", dir}); status != exitOK {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if r := parse(t, stdout.String()); r.Skipped != 2 || r.Dirs != 1 || r.Files != want.Files-4 {
		t.Errorf("%+v", r.result)
	}
}

func TestSymbolicLinks(t *testing.T) {
	dir, want := smallTree(t)
	root := filepath.Join(t.TempDir(), "link")
	links := map[string]string{
		root:                            dir,
		filepath.Join(dir, "loop"):      dir,
		filepath.Join(dir, "dangling"):  "nowhere",
		filepath.Join(dir, "words2.go"): "words.txt",
	}
	for link, target := range links {
		if err := os.Symlink(target, link); err != nil {
			t.Skip(err)
		}
	}
	p, stdout, stderr := testProgram()
	if status := p.run(t.Context(), []string{"-json", "-verify", root}); status != exitOK {
		t.Fatalf("status %d: %s", status, stderr)
	}
	want.Other = 3
	wantResult(t, parse(t, stdout.String()).result, want)
}

// TestShapes walks trees that are wide, deep or both, with one worker and with
// many: every file is counted, and no worker waits for ever.
func TestShapes(t *testing.T) {
	for name, build := range map[string]func(dir string, file func(string)){
		"empty": func(string, func(string)) {},
		"wide": func(dir string, file func(string)) {
			for i := range listSize*2 + batchSize + 1 {
				file(filepath.Join(dir, fmt.Sprint("f", i)))
			}
		},
		"deep": func(dir string, file func(string)) {
			for range 50 {
				dir = filepath.Join(dir, "d")
				file(filepath.Join(dir, "f"))
			}
		},
		"bushy": func(dir string, file func(string)) {
			for i := range 20 {
				for j := range 10 {
					file(filepath.Join(dir, fmt.Sprint("d", i), fmt.Sprint("d", j), "f"))
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var files int64
			build(dir, func(path string) {
				files++
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte("two words\n"), 0o666); err != nil {
					t.Fatal(err)
				}
			})
			for _, workers := range []int{1, 2, 32} {
				p, _, _ := testProgram()
				p.workers = workers
				r := p.count(t.Context(), []string{dir})
				want := numbers{files, files * 10, files, files * 2}
				if r.numbers != want || r.Skipped != 0 || r.Interrupted {
					t.Errorf("%d workers: %+v, want %+v", workers, r.result, want)
				}
			}
		})
	}
}

// TestWorkersShareADir: the files of a single directory are opened by several
// workers at a time.
func TestWorkersShareADir(t *testing.T) {
	const workers = 3
	dir := t.TempDir()
	for i := range workers * batchSize {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var together sync.WaitGroup
	together.Add(workers)
	var mu sync.Mutex
	opened := 0
	p, _, _ := testProgram()
	p.workers = workers
	p.open = func(path string) (file, error) {
		mu.Lock()
		first := path != dir && opened < workers
		if first {
			opened++
		}
		mu.Unlock()
		if first {
			together.Done()
			together.Wait() // hangs unless all workers get here
		}
		return openFile(path)
	}
	if r := p.count(t.Context(), []string{dir}); r.Files != workers*batchSize {
		t.Errorf("%+v", r.result)
	}
}
