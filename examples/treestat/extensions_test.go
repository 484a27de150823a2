package main

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

func TestExtensionOf(t *testing.T) {
	for name, want := range map[string]string{
		"a.go":       ".go",
		"a.b.c":      ".c",
		"a":          noExtension,
		".gitignore": noExtension,
		".a.go":      ".go",
		"a.":         noExtension,
		"a..":        noExtension,
		"..a":        ".a",
		"A.GO":       ".GO",
	} {
		if got := extensionOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
		// The definition that verify uses.
		ext := filepath.Ext(name)
		if ext == name || ext == "." || ext == "" {
			ext = noExtension
		}
		if ext != want {
			t.Errorf("%q: verify says %q, want %q", name, ext, want)
		}
	}
}

func TestExtensions(t *testing.T) {
	const goroutines, names = 4, 5000
	var e extensions
	var wg sync.WaitGroup
	for range goroutines {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range names { // all meet the same new name at about the same time
				e.counters(fmt.Sprint(".", i)).files.Inc()
			}
		}()
	}
	wg.Wait()
	e.counters(".unused")
	taken := e.counters(".taken back")
	taken.bytes.Add(3)
	taken.bytes.Add(-3)
	want := make(map[string]numbers)
	for i := range names {
		want[fmt.Sprint(".", i)] = numbers{Files: goroutines}
	}
	got := e.load()
	if len(got) != names {
		t.Errorf("%d extensions, want %d", len(got), names)
	}
	for ext, n := range want {
		if got[ext] != n {
			t.Fatalf("%s: %+v, want %+v", ext, got[ext], n)
		}
	}
}

// newExtension returns counters of an extension of their own.
func newExtension() extension { return new(extensions).counters(".x") }

func (e extension) load() numbers {
	return numbers{e.files.Load(), e.bytes.Load(), e.lines.Load(), e.words.Load()}
}
